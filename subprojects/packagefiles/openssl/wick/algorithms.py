# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Which algorithms OpenSSL's tables name here. A table that names one has it linked, used or not, so these name what TLS 1.2 and
1.3, their certificates and their keys in files need, and nothing else. In the form of corrections.py.
"""

UNUSED = (r"SHA3_\d+|KECCAK_KMAC_\d+|SHAKE_\d+|GMAC|KMAC_\d+|POLY1305|SSKDF|PKCS12KDF|SSHKDF|X963KDF|KBKDF|X942KDF_ASN1|KRB5KDF|"
          r"X448|ED448|HASH_DRBG|HMAC_DRBG|TEST_RAND")
MODES = r"CBC_CTS|OFB|CFB\d?|XTS|WRAP\w*|CBC_HMAC_\w+"
CURVE448 = r"(?:ED|X)448"

TABLES = {
    "providers/defltprov.c": [
        (rf"    \{{ PROV_NAMES_(?:{UNUSED})\b[^}}]*\}},\n", "", 28),
        (rf"    ALGC?\(PROV_NAMES_AES_\d+_(?:{MODES})\b[^;]*?\),\n", "", 33),
        (r"    \{ PROV_NAMES_RSA, \"provider=default\", ossl_rsa_asym_kem_functions \},\n", "", 1),
    ],
    # Keys are written as they are read: other forms of the same, text for people and Microsoft's aren't.
    "providers/encoders.inc": [
        (r"ENCODER(?:_TEXT)?\(\"[^\n]*\n", "", 17),
        (rf"ENCODER_w_structure\(\"{CURVE448}\"[^\n]*\n", "", 12),
        (r"ENCODER_w_structure\(\"(?:RSA|RSA-PSS|EC)\", \w+, yes, \w+, (?:RSA|PKCS1|EC|X9_62)\),\n", "", 10),
    ],
    "providers/decoders.inc": [
        (r"DECODER\(\"[A-Z]+\", (?:msblob|pvk), [^\n]*\n", "", 4),
        (rf"DECODER_w_structure\(\"{CURVE448}\"[^\n]*\n", "", 4),
    ],
    # The ciphers' names of before the providers.
    "crypto/evp/c_allc.c": [(r"    EVP_add_cipher\(EVP_aes_\d+_(?:cfb\d*|ofb|ocb|xts|wrap|wrap_pad|cbc_hmac_\w+)\(\)\);\n", "", 27),
                            (r"    EVP_add_cipher_alias\(SN_id_aes\d+_wrap, [^\n]*\n", "", 3)],
    # What EVP_aes_128_cbc() and its kin give stands for a name only: the work is the provider's.
    "crypto/evp/e_aes.c": [
        (r"AESNI_CAPABLE \? (&aesni_##keylen##_##mode) : &aes_##keylen##_##mode", r"\1", 2),
        (r"aesni_init_key,( +\\\n +)aesni_##mode##_cipher,", r"NULL,\1NULL,", 1),
        (r"aesni_##mode##_init_key,( +\\\n +)aesni_##mode##_cipher,( +\\\n +)aes_##mode##_cleanup,", r"NULL,\1NULL,\2NULL,", 1),
        (r"NULL, NULL, aes_##mode##_ctrl, NULL", "NULL, NULL, NULL, NULL", 5),
    ],
    "crypto/asn1/ameth_lib.c": [],  # includes the next one from beside it
    "crypto/asn1/standard_methods.h": [(r"    &ossl_(?:ecx|ed)448_asn1_meth,\n", "", 2)],
    "crypto/evp/pmeth_lib.c": [(r"    ossl_(?:ecx|ed)448_pkey_method,\n", "", 2)],
}

# Sources by the beginning of their path, and what is compiled instead of all of them.
REPLACED = {"crypto/ec/curve448/": "wick/curve448.c"}
