/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/terminal/console.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "foundation/file/vz-owner.h"
#include "foundation/host/vz-pipe.h"
#include "foundation/vz-fail.h"
#include "tool/terminal/console-size.h"
#include "tool/terminal/terminal.h"

/* How this works
 *
 * QEMU serves the console on a socket to one client at a time; a second one would connect and hear
 * nothing. So a client that attaches holds a lock beside the socket.
 *
 * A guest that does not read its serial port fills the socket. Input that cannot be sent waits in a
 * buffer, so that Ctrl-] is still seen; beyond its limit, keys are dropped, as by a full UART.
 *
 * A stopped terminal accepts nothing. The guest's output then waits, and no more is read from it,
 * so that signals and keys are still seen.
 *
 * Ctrl-] opens a one-line menu, in which the next key chooses. The caller performs any choice other
 * than leaving, with the terminal restored: it may take a while and print messages. */

#define ESCAPE_KEY 0x1d /* Ctrl-] */
#define PENDING_MAX 65536
#define SCREEN_PIECE 4096
#define MENU \
  "\r\n[vz]  d: leave   s: save   q: shut down   x: switch off   b: break   ]: send Ctrl-]   " \
  "other keys: back\r\n"

typedef struct {
  VzVirtualMachine *machine; /* borrowed */
  GMainLoop *loop;
  int socket;
  GByteArray *pending; /* keys that the guest has not read yet */
  guint output_source;
  int screen; /* standard output, nonblocking if possible */
  GByteArray *unshown; /* what the terminal has not accepted yet */
  guint screen_source; /* waits for it */
  guint guest_source; /* waits for the guest; 0 while something is unshown */
  gboolean in_menu;
  ConsoleEnd end;
} Console;

static void
leave (Console *self, ConsoleEnd end)
{
  self->end = end;
  g_main_loop_quit (self->loop);
}

static gboolean
on_socket_writable (int fd, GIOCondition condition, gpointer data)
{
  Console *self = data;
  ssize_t n = send (fd, self->pending->data, self->pending->len, MSG_DONTWAIT | MSG_NOSIGNAL);

  if (n > 0)
    g_byte_array_remove_range (self->pending, 0, (guint) n);
  if (self->pending->len > 0 && (n > 0 || errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  self->output_source = 0;
  return G_SOURCE_REMOVE;
}

static gboolean on_guest_output (int fd, GIOCondition condition, gpointer data);

static void
listen_to_guest (Console *self)
{
  if (self->guest_source == 0 && self->end != CONSOLE_CLOSED)
    self->guest_source = g_unix_fd_add (self->socket, G_IO_IN | G_IO_HUP, on_guest_output, self);
}

static gboolean
on_screen_writable (int fd, GIOCondition condition, gpointer data)
{
  Console *self = data;
  ssize_t n = write (fd, self->unshown->data, MIN (self->unshown->len, SCREEN_PIECE));

  if (n < 0 && errno != EINTR && errno != EAGAIN)
    {
      self->screen_source = 0;
      leave (self, CONSOLE_LEFT);
      return G_SOURCE_REMOVE;
    }
  if (n > 0)
    g_byte_array_remove_range (self->unshown, 0, (guint) n);
  if (self->unshown->len > 0)
    return G_SOURCE_CONTINUE;
  self->screen_source = 0;
  listen_to_guest (self);
  return G_SOURCE_REMOVE;
}

static void
print (Console *self, const guint8 *data, gsize size)
{
  g_byte_array_append (self->unshown, data, (guint) size);
  if (self->screen_source == 0)
    self->screen_source = g_unix_fd_add (self->screen, G_IO_OUT, on_screen_writable, self);
}

/* Quick, and the console continues afterwards, so it is not left to the caller. */
static void
send_break (Console *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (vz_virtual_machine_send_break (self->machine, NULL, &error))
    return;
  text = g_strdup_printf ("[vz]  break not sent: %s\r\n", error->message);
  print (self, (const guint8 *) text, strlen (text));
}

/* The key after Ctrl-]. FALSE: leave the console. */
static gboolean
choose (Console *self, guint8 key)
{
  static const struct {
    guint8 key;
    ConsoleEnd end;
  } choices[] = {
    { 'd', CONSOLE_LEFT }, { ESCAPE_KEY, CONSOLE_LEFT }, { 's', CONSOLE_SAVE },
    { 'q', CONSOLE_STOP }, { 'x', CONSOLE_SWITCH_OFF },
  };

  self->in_menu = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (choices); i++)
    if (choices[i].key == key)
      {
        leave (self, choices[i].end);
        return FALSE;
      }
  if (key == 'b')
    send_break (self);
  else if (key == ']')
    g_byte_array_append (self->pending, (const guint8[]){ ESCAPE_KEY }, 1);
  return TRUE;
}

/* Keys for the guest and for the menu. FALSE: leave the console. */
static gboolean
take_keys (Console *self, const guint8 *keys, gsize n, gboolean has_menu)
{
  for (gsize i = 0; i < n; i++)
    if (self->in_menu)
      {
        if (!choose (self, keys[i]))
          return FALSE;
      }
    else if (has_menu && keys[i] == ESCAPE_KEY)
      {
        self->in_menu = TRUE;
        print (self, (const guint8 *) MENU, strlen (MENU));
      }
    else if (self->pending->len < PENDING_MAX)
      g_byte_array_append (self->pending, keys + i, 1);
  return TRUE;
}

static gboolean
on_keys (int fd, GIOCondition condition, gpointer data)
{
  Console *self = data;
  guint8 keys[1024];
  ssize_t n = read (fd, keys, sizeof keys);

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  if (n <= 0)
    {
      /* No more keys; the console is still worth watching, unless the terminal is gone. */
      if (isatty (fd))
        leave (self, CONSOLE_LEFT);
      return G_SOURCE_REMOVE;
    }
  if (!take_keys (self, keys, (gsize) n, isatty (fd)))
    return G_SOURCE_REMOVE;
  if (self->output_source == 0 && self->pending->len > 0)
    self->output_source = g_unix_fd_add (self->socket, G_IO_OUT, on_socket_writable, self);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_guest_output (int fd, GIOCondition condition, gpointer data)
{
  Console *self = data;
  guint8 bytes[4096];
  ssize_t n = recv (fd, bytes, sizeof bytes, MSG_DONTWAIT);

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  self->guest_source = 0;
  if (n <= 0)
    leave (self, CONSOLE_CLOSED);
  else
    print (self, bytes, (gsize) n);
  return G_SOURCE_REMOVE; /* until that is shown */
}

static gboolean
on_signal (gpointer data)
{
  leave (data, CONSOLE_SIGNALLED);
  return G_SOURCE_CONTINUE;
}

/* The lock is released with the descriptor. */
static int
take_lock (const char *directory, GError **error)
{
  g_autofree char *path = g_build_filename (directory, "console.lock", NULL);
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd < 0)
    {
      vz_fail_errno (error, "cannot open '%s'", path);
      return -1;
    }
  vz_owner_follow (fd, path);
  if (flock (fd, LOCK_EX | LOCK_NB) == 0)
    return fd;
  close (fd);
  vz_fail (error, VZ_ERROR_BUSY,
           "the console is already attached to another terminal; Ctrl-] d there detaches it");
  return -1;
}

static int
connect_socket (const char *directory, GError **error)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  g_autofree char *path = g_build_filename (directory, "console.sock", NULL);
  int fd;

  if (g_strlcpy (address.sun_path, path, sizeof address.sun_path) >= sizeof address.sun_path)
    {
      vz_fail (error, VZ_ERROR_IO, "'%s' is longer than a socket's path may be", path);
      return -1;
    }
  fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd >= 0 && connect (fd, (struct sockaddr *) &address, sizeof address) == 0)
    return fd;
  vz_fail_errno (error, "the machine's console '%s' does not answer", path);
  if (fd >= 0)
    close (fd);
  return -1;
}

static void
relay (Console *self)
{
  static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
  guint sources[G_N_ELEMENTS (signals)];
  g_autoptr (GSource) keys = g_unix_fd_source_new (STDIN_FILENO, G_IO_IN | G_IO_HUP);

  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    sources[i] = g_unix_signal_add (signals[i], on_signal, self);
  listen_to_guest (self);
  g_source_set_callback (keys, G_SOURCE_FUNC (on_keys), self, NULL);
  g_source_attach (keys, NULL);
  terminal_make_raw ();
  g_main_loop_run (self->loop);
  terminal_restore ();
  g_source_destroy (keys);
  if (self->output_source != 0)
    g_source_remove (self->output_source);
  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    g_source_remove (sources[i]);
  if (self->guest_source != 0)
    g_source_remove (self->guest_source);
  if (self->screen_source != 0)
    g_source_remove (self->screen_source);
}

gboolean
console_attach (VzVirtualMachine *machine, ConsoleEnd *ret_end, GError **error)
{
  g_autofree char *socket = vz_virtual_machine_dup_console_socket_path (machine);
  g_autofree char *directory = socket != NULL ? g_path_get_dirname (socket) : NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Console self = { .machine = machine, .loop = loop };
  ConsoleSize *size;
  int lock = directory != NULL ? take_lock (directory, error) : -1;

  if (lock < 0)
    return FALSE;
  self.socket = connect_socket (directory, error);
  if (self.socket >= 0)
    {
      int own = vz_pipe_open_nonblocking (STDOUT_FILENO, O_WRONLY);

      self.screen = own >= 0 ? own : STDOUT_FILENO;
      self.pending = g_byte_array_new ();
      self.unshown = g_byte_array_new ();
      size = console_size_new (machine);
      relay (&self);
      console_size_free (size);
      g_byte_array_unref (self.pending);
      g_byte_array_unref (self.unshown);
      if (own >= 0)
        close (own);
      close (self.socket);
      *ret_end = self.end;
    }
  close (lock);
  return self.socket >= 0;
}
