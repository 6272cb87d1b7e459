/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/vz-error.h"

/* Language bindings copy only the domain, code and message of an error, so the last errors with an
 * underlying one are also kept here, where they can be found by their message. */
#define N_KEPT 64

/* Apple's domain string, so that messages and bindings show the name that people know. */
typedef struct {
  GError *underlying;
} VZErrorDomainPrivate;

static GMutex kept_lock;
static GError *kept[N_KEPT]; /* each with its underlying error */
static guint next_kept;

static void
vz_error_private_init (VZErrorDomainPrivate *private)
{
  private->underlying = NULL;
}

static void
vz_error_private_copy (const VZErrorDomainPrivate *from, VZErrorDomainPrivate *to)
{
  to->underlying = from->underlying != NULL ? g_error_copy (from->underlying) : NULL;
}

static void
vz_error_private_clear (VZErrorDomainPrivate *private)
{
  g_clear_error (&private->underlying);
}

/**
 * vz_error_quark:
 *
 * Returns: the quark of %VZ_ERROR
 */
G_DEFINE_EXTENDED_ERROR (VZErrorDomain, vz_error)

/**
 * vz_error_set_underlying:
 * @failure: an error of %VZ_ERROR whose message is complete except for prefixes
 * @underlying: the error that caused it
 *
 * Records the error that vz_error_dup_underlying() finds, for libraries built on this one.
 */
void
vz_error_set_underlying (GError *failure, const GError *underlying)
{
  VZErrorDomainPrivate *private;

  g_return_if_fail (failure != NULL && failure->domain == VZ_ERROR && underlying != NULL);
  private = vz_error_get_private (failure);
  g_clear_error (&private->underlying);
  private->underlying = g_error_copy (underlying);
  g_mutex_lock (&kept_lock);
  g_clear_error (&kept[next_kept]);
  kept[next_kept] = g_error_copy (failure);
  next_kept = (next_kept + 1) % N_KEPT;
  g_mutex_unlock (&kept_lock);
}

/* The latest one with this code whose message ends @error's, which may have been prefixed since. */
static GError *
dup_kept (const GError *error)
{
  GError *result = NULL;

  g_mutex_lock (&kept_lock);
  for (guint i = 1; i <= N_KEPT && result == NULL; i++)
    {
      const GError *candidate = kept[(next_kept + N_KEPT - i) % N_KEPT];

      if (candidate != NULL && candidate->code == error->code &&
          g_str_has_suffix (error->message, candidate->message))
        result = g_error_copy (vz_error_get_private (candidate)->underlying);
    }
  g_mutex_unlock (&kept_lock);
  return result;
}

/**
 * vz_error_dup_underlying:
 * @failure: an error returned by a function of this library
 *
 * Finds the error that caused @failure: one of %VZ_POSIX_ERROR_DOMAIN; one of %VZ_ERROR whose code
 * is more precise than Apple's, such as %VZ_ERROR_BUSY below
 * %VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION; or one of another library. It may have an
 * underlying error itself. Apple: `NSUnderlyingErrorKey`.
 *
 * In C, the error itself carries it. A language binding copies only the domain, code and message,
 * by which the library finds it again among the last 64 errors that have an underlying one.
 *
 * Returns: (transfer full) (nullable): the underlying error, or %NULL if there is none
 */
GError *
vz_error_dup_underlying (const GError *failure)
{
  const GError *underlying;

  g_return_val_if_fail (failure != NULL, NULL);
  if (failure->domain != VZ_ERROR)
    return NULL;
  underlying = vz_error_get_private (failure)->underlying;
  return underlying != NULL ? g_error_copy (underlying) : dup_kept (failure);
}
