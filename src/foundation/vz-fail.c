/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/vz-fail.h"

#include <errno.h>
#include <stdarg.h>

gboolean
vz_fail (GError **error, VzError code, const char *format, ...)
{
  va_list args;

  if (error == NULL)
    return FALSE;
  va_start (args, format);
  g_propagate_error (error, g_error_new_valist (VZ_ERROR, (gint) code, format, args));
  va_end (args);
  return FALSE;
}

static VzError
code_for_errno (int number)
{
  switch (number)
    {
    case ENOSPC:
    case EDQUOT:
      return VZ_ERROR_OUT_OF_DISK_SPACE;
    case ENOENT:
      return VZ_ERROR_NOT_FOUND;
    case EEXIST:
      return VZ_ERROR_EXISTS;
    default:
      return VZ_ERROR_IO;
    }
}

static gboolean fail_above (GError **error, VzError code, const GError *underlying,
                            const char *format, va_list args) G_GNUC_PRINTF (4, 0);

static gboolean
fail_above (GError **error, VzError code, const GError *underlying, const char *format,
            va_list args)
{
  g_autofree char *text = g_strdup_vprintf (format, args);

  vz_fail (error, code, "%s: %s", text, underlying->message);
  vz_error_set_underlying (*error, underlying);
  return FALSE;
}

gboolean
vz_fail_errno (GError **error, const char *format, ...)
{
  int number = errno; /* first of all: any call below may change it */
  g_autoptr (GError) underlying = NULL;
  va_list args;

  if (error == NULL)
    return FALSE;
  underlying = g_error_new_literal (g_quark_from_static_string (VZ_POSIX_ERROR_DOMAIN), number,
                                    g_strerror (number));
  va_start (args, format);
  fail_above (error, code_for_errno (number), underlying, format, args);
  va_end (args);
  return FALSE;
}

gboolean
vz_fail_because (GError **error, VzError code, const GError *cause, const char *format, ...)
{
  va_list args;

  if (error == NULL)
    return FALSE;
  va_start (args, format);
  fail_above (error, code, cause, format, args);
  va_end (args);
  return FALSE;
}

gboolean
vz_fail_recode (GError **error, VzError code)
{
  g_autoptr (GError) before = NULL;

  if (error == NULL || *error == NULL || g_error_matches (*error, VZ_ERROR, (gint) code))
    return FALSE;
  before = *error;
  *error = g_error_new_literal (VZ_ERROR, (gint) code, before->message);
  vz_error_set_underlying (*error, before);
  return FALSE;
}

gboolean
vz_fail_generalize (GError **error, VzError detail, VzError code)
{
  return error != NULL && g_error_matches (*error, VZ_ERROR, (gint) detail)
           ? vz_fail_recode (error, code)
           : FALSE;
}

gboolean
vz_fail_prefix (GError **error, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  if (error == NULL || *error == NULL || vz_error_is_cancelled (*error))
    return FALSE;
  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_prefix_error_literal (error, text);
  return FALSE;
}

void
vz_error_prefix_clear (VzErrorPrefix *prefix)
{
  vz_fail_prefix (prefix->error, "%s: ", prefix->prefix);
  g_clear_pointer (&prefix->prefix, g_free);
}

gboolean
vz_error_is_cancelled (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
         g_error_matches (error, VZ_ERROR, VZ_ERROR_OPERATION_CANCELLED);
}

gboolean
vz_error_is (const GError *error, VzError code)
{
  g_autoptr (GError) underlying = NULL;

  if (error == NULL || g_error_matches (error, VZ_ERROR, (gint) code))
    return error != NULL;
  underlying = vz_error_dup_underlying (error);
  return g_error_matches (underlying, VZ_ERROR, (gint) code);
}
