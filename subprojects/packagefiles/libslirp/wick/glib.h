/* SPDX-FileCopyrightText: The Wick authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What libslirp uses of GLib, by GLib's names, on the C library alone. Exists so that a program with libslirp in it
 * needs neither GLib nor its constructors. What a guest does wrong is not worth a line of the host's terminal: only
 * what ends the process is printed. */
#pragma once

#include <byteswap.h>
#include <endian.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/param.h>

typedef int gboolean;
typedef int gint;
typedef char gchar;
typedef char** GStrv;
typedef void* gpointer;

#define FALSE 0
#define TRUE 1
#define G_OS_UNIX 1
#define G_LITTLE_ENDIAN 1234
#define G_BIG_ENDIAN 4321
#define G_BYTE_ORDER (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? G_LITTLE_ENDIAN : G_BIG_ENDIAN)
#define GLIB_CHECK_VERSION(major, minor, micro) 1
#define G_UNLIKELY(condition) __builtin_expect(!!(condition), 0)
#define G_STATIC_ASSERT(condition) _Static_assert(condition, #condition)
#define G_N_ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))
#define G_GNUC_PRINTF(text, first) __attribute__((format(printf, text, first)))
#define GINT_TO_POINTER(value) ((void*)(intptr_t)(value))

/* --- Complaints */

_Noreturn void wick_slirp_fail(const char* what, const char* file, int line);

#define wick_slirp_unseen(...)           \
  do {                                   \
    if (0) fprintf(stderr, __VA_ARGS__); \
  } while (0)
#define g_debug(...) wick_slirp_unseen(__VA_ARGS__)
#define g_warning(...) wick_slirp_unseen(__VA_ARGS__)
#define g_critical(...) wick_slirp_unseen(__VA_ARGS__)
#define g_warn_if_reached() ((void)0)
#define g_warn_if_fail(condition) ((void)(condition))
#define g_error(...) wick_slirp_fail("failed", __FILE__, __LINE__)
#define g_assert(condition) ((condition) ? (void)0 : wick_slirp_fail(#condition, __FILE__, __LINE__))
#define g_assert_not_reached() wick_slirp_fail("not reached", __FILE__, __LINE__)
#define g_return_if_fail(condition) \
  do {                              \
    if (!(condition)) return;       \
  } while (0)
#define g_return_val_if_fail(condition, value) \
  do {                                         \
    if (!(condition)) return (value);          \
  } while (0)

/* --- Memory: never fails, as GLib's */

static inline void* wick_slirp_got(void* memory, size_t size) {
  if (!memory && size) wick_slirp_fail("out of memory", __FILE__, __LINE__);
  return memory;
}
static inline void* g_malloc(size_t size) { return wick_slirp_got(malloc(size), size); }
static inline void* g_malloc0(size_t size) { return wick_slirp_got(calloc(1, size), size); }
static inline void* g_realloc(void* memory, size_t size) { return wick_slirp_got(realloc(memory, size), size); }
static inline void g_free(void* memory) { free(memory); }
#define g_new(type, count) ((type*)wick_slirp_got(calloc(count, sizeof(type)), count))
#define g_new0(type, count) g_new(type, count)

/* --- Strings */

static inline char* g_strdup(const char* text) { return text ? wick_slirp_got(strdup(text), 1) : NULL; }
#define g_ascii_strcasecmp strcasecmp
#define g_snprintf snprintf
#define g_vsnprintf vsnprintf
#define g_strerror strerror
static inline bool g_str_has_prefix(const char* text, const char* prefix) {
  return !strncmp(text, prefix, strlen(prefix));
}
static inline char* g_strstr_len(const char* text, ssize_t length, const char* part) {
  return memmem(text, length < 0 ? strlen(text) : strnlen(text, (size_t)length), part, strlen(part));
}
static inline unsigned g_strv_length(char** list) {
  unsigned count = 0;
  while (list[count]) ++count;
  return count;
}
static inline size_t g_strlcpy(char* to, const char* from, size_t size) {
  return (size_t)snprintf(to, size, "%s", from);
}

/* --- Random numbers */

typedef struct GRand GRand;
static inline GRand* g_rand_new(void) { return NULL; }
static inline void g_rand_free(GRand* random) { (void)random; }
int32_t g_rand_int_range(GRand* random, int32_t begin, int32_t end);

/* --- The debug switch of the environment: none */

typedef struct {
  const char* key;
  unsigned value;
} GDebugKey;
static inline const char* g_getenv(const char* name) { return (void)name, NULL; }
static inline unsigned g_parse_debug_string(const char* text, const GDebugKey* keys, unsigned count) {
  return (void)text, (void)keys, (void)count, 0;
}

/* --- Texts of slirp_connection_info(): nobody asks for them, an empty one it is */

typedef struct GString GString;
static inline GString* g_string_new(const char* text) { return (void)text, NULL; }
static inline char* g_string_free(GString* string, gboolean whole) { return (void)string, (void)whole, g_strdup(""); }
#define g_string_append_printf(string, ...) wick_slirp_unseen(__VA_ARGS__)

/* --- Commands behind a port: refused */

typedef struct {
  const char* message;
} GError;
typedef int GPid;
typedef int GSpawnFlags;
typedef void (*GSpawnChildSetupFunc)(gpointer data);
enum { G_SPAWN_SEARCH_PATH };
static inline void g_error_free(GError* error) { (void)error; }
static inline void g_strfreev(char** list) { (void)list; }
static inline gboolean g_shell_parse_argv(const char* line, gint* count, gchar*** list, GError** error) {
  static GError refused = {"commands are left out"};
  (void)line, (void)count, (void)list;
  *error = &refused;
  return FALSE;
}
static inline gboolean g_spawn_async_with_fds(const gchar* folder, gchar** list, gchar** environment, GSpawnFlags flags,
                                              GSpawnChildSetupFunc setup, gpointer data, GPid* process, gint in,
                                              gint out, gint err, GError** error) {
  (void)folder, (void)list, (void)environment, (void)flags, (void)setup, (void)data, (void)process, (void)in, (void)out;
  (void)err, (void)error;
  return FALSE;
}
