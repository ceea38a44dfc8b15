// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Private keys that protect nothing, for tests of the key service. Made for them by
// `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256` and `openssl genpkey -algorithm RSA`.

#include <string_view>

namespace wick::test {

inline constexpr std::string_view kCurvePem = R"(-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgizRIexgsOQBrwO92
HoDblbLgBw5qZN9U9yuOmxBgM/mhRANCAASjR9dqp/7TBFTiqeXcZmI7Tsg/SXRM
P8aPnlxRXHiiLPRsJro9gVN8T1mo9zRy/TtSuz61ikhZnrAKDNP1GOc6
-----END PRIVATE KEY-----
)";

inline constexpr std::string_view kRsaPem = R"(-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCYeM11Q5q+c/yO
lbI6L2TFzYk5XmHwPLTdKxtoTj/eT9swyrTmvZ7BO3mpnRv8B4qVaPin6SBIkzjE
MleXxWGZ9mK3V5Ap3cjsPr+Kti2TUujJHk2fS2jtGdk7RDKrMkJ0DI52ioOBCPxa
+9I3b3/v3b84Is2SJ61vQB1n0a5eGtx/XxamiX5qBw+ST+p3c7zKYa7ZVrzdtXTT
O8KvEbaAEzJKlnR8QPgsw0XarX1soz8Kbc4ZnO3RnQGSQl7KjA8sDViUbsGa+Qeu
e9Pl+OfZ5stLv158VxDJ13jISRfoHq55SRgz1Swjnw05S68yMlo7XVKyaXyk8YdJ
jO2MZQh1AgMBAAECggEAQjCrLN1w134dpT56NUUuz6n3COceyD5qW9sjVkgl9Nog
8xEEsGif+w3ZNpdEN0iE0nDUBXywbaEv0whxuyrOQJrT5vjF1k74MwrYdxy4M00a
TnjvxJflkIyYn+BuyKAUdjGfRPnDtegTOWI5s6QdW6Gdqf591JWR9opUWaYOtr3x
6Plu8cC+pceRk4K3lqbXcb4RApyYUgAywhxqtUN9N962mxt0xxzaM79yAKrrCfBJ
XY4f7qrtFRj+3nkVGFLl5swvNMZ45pSRRUk3P1LOlK2ssF1zrfpg0gAs9StUdo52
Kl/twMOz/PbQtjHeqbCKFuggLeEO2/nW6XZo7UKdHwKBgQDJy/6dC/OuofIVAxCa
059UbiWZu4l9rYPRzsdDAArkfBQ5PgTwDl9oA7ly9xEBcsoj15Lq2ZuFmd/iWbSS
jxFrDj4CP0xqvFk5e7ktDCw/jE84eSe6ZlWtNx+JbVGEiCCeck3N8BXS4VexZ/Qd
2XYONHKPbcU1sFsUawy/Tej0lwKBgQDBbRy6qtWDtQEKUIKQ/oWkXiWNsrk9fcL/
nk/OY2jSu3MVl7bYzbtmQDYsT6El3r4vjJtEUHEX9GDekMIQAuGU5h/evCEND/cs
d9D3qGCBfW/lzXd3yNZbgL/V7sIO8ln4tvcdJFqBPrC2DhCdWXsFubh1TLhIQoSv
/9lly/YQ0wKBgHDsiOTVRV4aHeAIQQiDGAwlP0FSItSDftqvve4OXgoSLTcDL7wu
LtGEFAjznT6UP+3iusJVV6RhwVlnHZdOHE8uPyD+zwKDt+JlC/DbeP9uwv41Pjgf
AB7YU/uRgyaJDsfb6xItIelKVMpgA8mYYWn9i4YbxVoQAEfix9VeAditAoGBAKgM
Dgu3ZC07Up4NeIJUPvOgv+utvPZJjuLaPefHwkhjhwbZeog9pXSekPJKdG0caguR
k0v0v2zaalazWYbjmeztSf8PX3+jwVEm/6xK4x1dR5xVuFefa2ywHPrWpk6qC7Tj
8SmmbeMf/hMNgS3TkehVhIaUkv5knDb0h4HDhBL1AoGAYcWcXzJrNQ+09tsTh1zI
CV7EFpFM89CspVqEfy9Wmmke/CakmY9rI88T+L4euWvdwOhUPtH68GsrmHoHetN0
7Lun75cPfRM2aL+YSU+OUMtPambrtVpvfrVtko/GJZDqkGAcZ7nHGGyJk1lfRWI2
Wht1FSBo64DTZRTvU3y4iwE=
-----END PRIVATE KEY-----
)";

}  // namespace wick::test
