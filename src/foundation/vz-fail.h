/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-error.h"

G_BEGIN_DECLS

/* Short ways to fail. Library code neither prints nor logs: it sets a GError, and each layer that
 * knows a noun adds it once with VZ_ERROR_PREFIX. */

/* Sets @error (if not NULL) and returns FALSE. */
gboolean vz_fail (GError **error, VzError code, const char *format, ...) G_GNUC_PRINTF (3, 4);

/* The same with ": <text of errno>" after the message. ENOSPC and EDQUOT become OUT_OF_DISK_SPACE,
 * ENOENT becomes NOT_FOUND, EEXIST becomes EXISTS, the rest IO. The errno is the underlying
 * error.
 */
gboolean vz_fail_errno (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* The same with ": <message of @cause>" after the message, and @cause as the underlying error. */
gboolean vz_fail_because (GError **error, VzError code, const GError *cause, const char *format,
                          ...) G_GNUC_PRINTF (4, 5);

/* Gives @error another code, keeping its message; the original becomes the underlying error.
 * Returns FALSE. */
gboolean vz_fail_recode (GError **error, VzError code);

/* The same for an error whose code is @detail, which says more than Apple's @code. */
gboolean vz_fail_generalize (GError **error, VzError detail, VzError code);

/* For functions that return a pointer. */
#define vz_fail_null(error, code, ...) (vz_fail ((error), (code), __VA_ARGS__), NULL)
#define vz_fail_errno_null(error, ...) (vz_fail_errno ((error), __VA_ARGS__), NULL)
#define vz_fail_because_null(error, code, cause, ...) \
  (vz_fail_because ((error), (code), (cause), __VA_ARGS__), NULL)

/* Prefixes the message of @error, unless it says that something was cancelled: the caller who
 * cancelled need not know where. Returns FALSE. */
gboolean vz_fail_prefix (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

typedef struct {
  GError **error;
  char *prefix;
} VzErrorPrefix;

void vz_error_prefix_clear (VzErrorPrefix *prefix);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VzErrorPrefix, vz_error_prefix_clear)

/* Placed at the top of a function: every failure that leaves it reads "<text>: <failure>", as by
 * vz_fail_prefix(). The function's last parameter must be called error. */
#define VZ_ERROR_PREFIX(...) \
  G_GNUC_UNUSED g_auto (VzErrorPrefix) vz_error_prefix_ = { error, g_strdup_printf (__VA_ARGS__) }

/* Whether @error, or the error directly below it, has this code. */
gboolean vz_error_is (const GError *error, VzError code);

/* TRUE for both versions of "cancelled": GIO's and Apple's. */
gboolean vz_error_is_cancelled (const GError *error);

G_END_DECLS
