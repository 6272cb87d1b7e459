/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "frames.h"

#include <string.h>
#include <sys/socket.h>

#define TYPE "\x88\xb5" /* FRAMES_PROTOCOL */
#define TYPE_AT 12
#define HEAD 14
#define LIMIT_S 120

/* The text of the guest's next frame; others, from its kernel, are skipped. */
static char *
receive (int fd)
{
  struct timeval limit = { .tv_sec = LIMIT_S };
  char frame[2000];
  gssize n;

  g_assert_cmpint (setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit), ==, 0);
  do
    n = recv (fd, frame, sizeof frame - 1, 0);
  while (n >= 0 && (n < HEAD || memcmp (frame + TYPE_AT, TYPE, 2) != 0));
  g_assert_cmpint (n, >, HEAD);
  frame[n] = '\0';
  return g_strdup (frame + HEAD);
}

void
frames_exchange (Guest *guest, int fd)
{
  static const char answer[] = "\xff\xff\xff\xff\xff\xff\x02\0\0\0\0\x01" TYPE "from the host";
  g_autofree char *said = NULL, *heard = NULL;

  guest_command (guest, "send-frame eth0 from the guest");
  said = receive (fd);
  g_assert_cmpstr (said, ==, "from the guest");
  guest_say (guest, "hear-frame eth0");
  g_free (guest_expect (guest, "listening"));
  g_assert_cmpint (send (fd, answer, sizeof answer, 0), ==, sizeof answer);
  heard = guest_expect (guest, "frame from");
  g_assert_cmpstr (heard, ==, "the host");
}
