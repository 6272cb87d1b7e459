/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "foundation/vz-random.h"

#include <errno.h>
#include <sys/random.h>

void
vz_random_bytes (void *bytes, gsize size)
{
  ssize_t n;

  g_assert (size <= 256); /* up to this size getrandom is all or nothing */
  do
    n = getrandom (bytes, size, 0);
  while (n < 0 && errno == EINTR);
  if (n != (ssize_t) size)
    g_error ("cannot get random numbers from the kernel: %s", g_strerror (errno));
}
