/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/vz-rfb.h"

#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"
#include "qemu/vz-stream.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

/* How this works
 *
 * This follows RFC 6143, with the extension ExtendedDesktopSize from the community's description.
 * No picture is ever requested, so the server sends only changes of the size and answers to
 * ours. */

#define ANSWER_TIMEOUT_MS (10 * 1000)
#define VERSION "RFB 003.008\n"
#define SECURITY_NONE 1
#define MAX_TEXT (1 << 20) /* bytes of a name or clipboard text, which is skipped */

#define SET_ENCODINGS 2
#define SET_DESKTOP_SIZE 251
#define EXTENDED_DESKTOP_SIZE (-308)

#define FRAMEBUFFER_UPDATE 0
#define BELL 2
#define SERVER_CUT_TEXT 3

#define REASON_THIS_CLIENT 1
#define STATUS_DONE 0
#define STATUS_FORWARDED 4

typedef struct {
  VzRfb *rfb;
  gint64 deadline;
  GCancellable *cancellable;
  gboolean answered;
  guint status; /* once answered */
} Talk;

static Talk
begin (VzRfb *self, GCancellable *cancellable)
{
  return (Talk){ self, vz_deadline_after (ANSWER_TIMEOUT_MS), cancellable, FALSE, 0 };
}

static gboolean
take (Talk *talk, void *data, gsize size, GError **error)
{
  char *at = data;

  while (size > 0)
    {
      gssize n;

      if (!vz_stream_wait (talk->rfb->fd, POLLIN, talk->deadline, talk->cancellable, error))
        return FALSE;
      n = recv (talk->rfb->fd, at, size, MSG_DONTWAIT);
      if (n == 0)
        return vz_fail (error, VZ_ERROR_INTERNAL, "QEMU's VNC server closed the connection");
      if (n < 0 && errno != EAGAIN && errno != EINTR)
        return vz_fail_errno (error, "cannot read from QEMU's VNC server");
      at += MAX (n, 0);
      size -= (gsize) MAX (n, 0);
    }
  return TRUE;
}

static gboolean
skip (Talk *talk, gsize size, GError **error)
{
  char piece[512];

  if (size > MAX_TEXT)
    return vz_fail (error, VZ_ERROR_INTERNAL, "QEMU's VNC server sent a text of %zu bytes", size);
  for (; size > 0; size -= MIN (size, sizeof piece))
    if (!take (talk, piece, MIN (size, sizeof piece), error))
      return FALSE;
  return TRUE;
}

static gboolean
give (Talk *talk, const void *data, gsize size, GError **error)
{
  return vz_stream_write (talk->rfb->fd, data, size, talk->deadline, talk->cancellable, error);
}

static guint
read_16 (const guint8 *bytes)
{
  return (guint) bytes[0] << 8 | bytes[1];
}

static guint32
read_32 (const guint8 *bytes)
{
  return (guint32) read_16 (bytes) << 16 | read_16 (bytes + 2);
}

static void
write_16 (guint8 *bytes, guint value)
{
  bytes[0] = (guint8) (value >> 8);
  bytes[1] = (guint8) value;
}

static gboolean
agree_on_security (Talk *talk, GError **error)
{
  static const guint8 none = SECURITY_NONE;
  guint8 n, types[255], result[4];

  if (!take (talk, &n, 1, error) || !take (talk, types, n, error))
    return FALSE;
  if (memchr (types, SECURITY_NONE, n) == NULL)
    return vz_fail (error, VZ_ERROR_INTERNAL, "QEMU's VNC server wants a password");
  return give (talk, &none, 1, error) && take (talk, result, sizeof result, error) &&
         (read_32 (result) == 0 ||
          vz_fail (error, VZ_ERROR_INTERNAL, "QEMU's VNC server refused a client"));
}

static gboolean
read_screen (Talk *talk, GError **error)
{
  static const guint8 shared = 1;
  guint8 screen[24];

  if (!give (talk, &shared, 1, error) || !take (talk, screen, sizeof screen, error) ||
      !skip (talk, read_32 (screen + 20), error))
    return FALSE;
  talk->rfb->width = read_16 (screen);
  talk->rfb->height = read_16 (screen + 2);
  return TRUE;
}

static gboolean
set_encodings (Talk *talk, GError **error)
{
  guint8 message[8] = { SET_ENCODINGS, 0, 0, 1 };

  write_16 (message + 4, (guint) EXTENDED_DESKTOP_SIZE >> 16);
  write_16 (message + 6, (guint) EXTENDED_DESKTOP_SIZE & 0xffff);
  return give (talk, message, sizeof message, error);
}

gboolean
vz_rfb_begin (VzRfb *self, int fd, GCancellable *cancellable, GError **error)
{
  char version[sizeof VERSION - 1];
  Talk talk = begin (self, cancellable);

  *self = (VzRfb){ .fd = fd };
  if (take (&talk, version, sizeof version, error) &&
      give (&talk, VERSION, sizeof VERSION - 1, error) && agree_on_security (&talk, error) &&
      read_screen (&talk, error) && set_encodings (&talk, error))
    return TRUE;
  vz_rfb_close (self);
  return FALSE;
}

gboolean
vz_rfb_open (VzRfb *self, const char *path, GCancellable *cancellable, GError **error)
{
  int fd = vz_stream_connect (path, error);

  *self = VZ_RFB_CLOSED;
  return fd >= 0 && vz_rfb_begin (self, fd, cancellable, error);
}

void
vz_rfb_close (VzRfb *self)
{
  vz_file_close (&self->fd);
}

static gboolean
read_rectangle (Talk *talk, GError **error)
{
  guint8 head[12], screens[4];

  if (!take (talk, head, sizeof head, error))
    return FALSE;
  if ((gint32) read_32 (head + 8) != EXTENDED_DESKTOP_SIZE)
    return vz_fail (error, VZ_ERROR_INTERNAL,
                    "QEMU's VNC server sent a picture that was not requested");
  if (!take (talk, screens, sizeof screens, error) || !skip (talk, screens[0] * 16u, error))
    return FALSE;
  if (read_16 (head) == REASON_THIS_CLIENT)
    {
      talk->answered = TRUE;
      talk->status = read_16 (head + 2);
    }
  if (talk->status == STATUS_DONE || read_16 (head) != REASON_THIS_CLIENT)
    {
      talk->rfb->width = read_16 (head + 4);
      talk->rfb->height = read_16 (head + 6);
    }
  return TRUE;
}

static gboolean
read_message (Talk *talk, GError **error)
{
  guint8 type, head[7];

  if (!take (talk, &type, 1, error))
    return FALSE;
  if (type == BELL)
    return TRUE;
  if (type == SERVER_CUT_TEXT)
    return take (talk, head, 7, error) && skip (talk, read_32 (head + 3), error);
  if (type != FRAMEBUFFER_UPDATE)
    return vz_fail (error, VZ_ERROR_INTERNAL, "QEMU's VNC server sent a message of type %u", type);
  if (!take (talk, head, 3, error))
    return FALSE;
  for (guint n = read_16 (head + 1); n > 0; n--)
    if (!read_rectangle (talk, error))
      return FALSE;
  return TRUE;
}

gboolean
vz_rfb_ask_for_size (VzRfb *self, guint width, guint height, GCancellable *cancellable,
                     GError **error)
{
  guint8 message[24] = { SET_DESKTOP_SIZE };
  Talk talk = begin (self, cancellable);

  write_16 (message + 2, width);
  write_16 (message + 4, height);
  message[6] = 1; /* screen, at 0, 0 */
  write_16 (message + 16, width);
  write_16 (message + 18, height);
  if (!give (&talk, message, sizeof message, error))
    return FALSE;
  while (!talk.answered)
    if (!read_message (&talk, error))
      return FALSE;
  return talk.status == STATUS_DONE || talk.status == STATUS_FORWARDED ||
         vz_fail (error, VZ_ERROR_NOT_SUPPORTED,
                  "the guest's display has a fixed size (QEMU's answer: %u)", talk.status);
}

gboolean
vz_rfb_read (VzRfb *self, GCancellable *cancellable, GError **error)
{
  Talk talk = begin (self, cancellable);

  return read_message (&talk, error);
}
