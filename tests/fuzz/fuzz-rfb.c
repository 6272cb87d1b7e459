/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stddef.h>
#include <stdint.h>

#include "qemu/vz-rfb.h"
#include "vz.h"

#include <sys/socket.h>
#include <unistd.h>

/* What a VNC server says, which may not be QEMU as it was. Whatever it is, the client ends with an
 * error or with a size, and waits for nothing once the server has hung up. */

int LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size);

#define MAX_SIZE (64 * 1024) /* what a socket takes without a reader */

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size)
{
  g_auto (VzRfb) rfb = VZ_RFB_CLOSED;
  g_autoptr (GError) error = NULL;
  int pair[2];

  if (size > MAX_SIZE)
    return 0;
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
  g_assert_cmpint (send (pair[1], bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL), ==, (ssize_t) size);
  shutdown (pair[1], SHUT_WR);
  if (vz_rfb_begin (&rfb, pair[0], NULL, &error))
    {
      g_assert_cmpuint (rfb.width, <=, G_MAXUINT16);
      if (vz_rfb_ask_for_size (&rfb, 800, 600, NULL, &error))
        while (vz_rfb_read (&rfb, NULL, NULL))
          ;
    }
  g_assert_true (rfb.fd >= 0 || error != NULL);
  close (pair[1]);
  return 0;
}
