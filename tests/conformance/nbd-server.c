/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nbd-server.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define IMAGE_SIZE (4 << 20)
#define TRIES 200
#define TRY_US (50 * 1000)

Server *
server_new (const char *folder, const char *program)
{
  g_autofree char *found = g_find_program_in_path (program);
  Server *self;
  int fd;

  if (found == NULL)
    g_error ("%s is not installed; ./check does it", program);
  self = g_new0 (Server, 1);
  self->folder = g_strdup (folder);
  self->image = g_build_filename (folder, "served.img", NULL);
  self->socket = g_build_filename (folder, "nbd.sock", NULL);
  fd = open (self->image, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  g_assert_cmpint (ftruncate (fd, IMAGE_SIZE), ==, 0);
  close (fd);
  return self;
}

void
server_free (Server *self)
{
  server_kill (self);
  g_free (self->folder);
  g_free (self->image);
  g_free (self->socket);
  g_free (self);
}

static gboolean
can_connect (const struct sockaddr *address, socklen_t size)
{
  int fd = socket (address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  gboolean connected = connect (fd, address, size) == 0;

  close (fd);
  return connected;
}

static void
wait_for (Server *self, const struct sockaddr *address, socklen_t size)
{
  for (int i = 0; i < TRIES; i++)
    {
      if (can_connect (address, size))
        return;
      g_usleep (TRY_US);
    }
  g_error ("the NBD server does not listen");
}

static void
spawn (Server *self, const char *const *argv)
{
  g_autoptr (GError) error = NULL;

  server_kill (self);
  self->process = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_NONE, &error);
  g_assert_no_error (error);
}

static void
wait_for_socket (Server *self)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };

  g_assert_cmpuint (g_strlcpy (address.sun_path, self->socket, sizeof address.sun_path), <,
                    sizeof address.sun_path);
  wait_for (self, (const struct sockaddr *) &address, sizeof address);
}

void
server_start_nbdkit (Server *self, const char *trigger)
{
  g_autofree char *file = g_strdup_printf ("file=%s", self->image);
  g_autofree char *fails =
    g_strdup_printf ("error-file=%s", trigger != NULL ? trigger : "/nowhere");
  const char *argv[] = {
    "nbdkit", "-f", "--exit-with-parent", "--filter=error",  "-U",  self->socket,
    "file",   file, "error=EIO",          "error-rate=100%", fails, NULL
  };

  spawn (self, argv);
  wait_for_socket (self);
}

/* It takes one client at a time, and a check whether it listens counts as one. */
void
server_start_qemu_nbd (Server *self, gboolean read_only)
{
  const char *argv[] = { "qemu-nbd", "-t", "-e",         "4",         "-f",
                         "raw",      "-k", self->socket, self->image, read_only ? "-r" : NULL,
                         NULL };

  spawn (self, argv);
  wait_for_socket (self);
}

static guint
find_port (struct sockaddr_in *address)
{
  socklen_t size = sizeof *address;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  *address = (struct sockaddr_in){ .sin_family = AF_INET };
  address->sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_cmpint (bind (fd, (const struct sockaddr *) address, size), ==, 0);
  g_assert_cmpint (getsockname (fd, (struct sockaddr *) address, &size), ==, 0);
  close (fd);
  return ntohs (address->sin_port);
}

guint
server_start_tls (Server *self, const char *certificates)
{
  struct sockaddr_in address;
  guint port = find_port (&address);
  g_autofree char *number = g_strdup_printf ("%u", port);
  g_autofree char *file = g_strdup_printf ("file=%s", self->image);
  g_autofree char *folder = g_strdup_printf ("--tls-certificates=%s", certificates);
  const char *argv[] = { "nbdkit", "-f",   "--exit-with-parent", "-i",   "127.0.0.1",
                         "-p",     number, "--tls=require",      folder, "file",
                         file,     NULL };

  spawn (self, argv);
  wait_for (self, (const struct sockaddr *) &address, sizeof address);
  return port;
}

void
server_kill (Server *self)
{
  if (self->process == NULL)
    return;
  g_subprocess_force_exit (self->process);
  g_subprocess_wait (self->process, NULL, NULL);
  g_clear_object (&self->process);
  unlink (self->socket);
}

char *
server_dup_url (Server *self)
{
  return g_strdup_printf ("nbd+unix:///?socket=%s", self->socket);
}

static void
run (const char *folder, const char *line)
{
  g_auto (GStrv) argv = g_strsplit (line, " ", -1);
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (folder, argv, NULL,
                G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
                NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_spawn_check_wait_status (status, &error);
  g_assert_no_error (error);
}

void
server_make_certificates (const char *folder)
{
  g_autofree char *names = g_build_filename (folder, "names", NULL);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  run (folder, "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout "
               "ca-key.pem -out ca-cert.pem -addext keyUsage=critical,keyCertSign");
  run (folder, "openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server-key.pem "
               "-out server.csr");
  g_assert_true (g_file_set_contents (names,
                                      "subjectAltName=DNS:localhost\n"
                                      "keyUsage=critical,digitalSignature,keyEncipherment\n"
                                      "extendedKeyUsage=serverAuth\n",
                                      -1, NULL));
  run (folder, "openssl x509 -req -in server.csr -CA ca-cert.pem -CAkey ca-key.pem -CAcreateserial "
               "-days 2 -extfile names -out server-cert.pem");
}
