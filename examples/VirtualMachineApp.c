/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Runs the machine that InstallationTool made, as the app of Apple's sample does:
 *
 *   VirtualMachineApp            restores the saved ~/VM.bundle, or starts it
 *   VirtualMachineApp BUNDLE     the same with another bundle
 *
 * It ends when the guest stops. An interrupt (Ctrl-C) or SIGTERM pauses the machine and saves its
 * state, as closing the sample's window does. If that fails, the machine keeps running, and a
 * second one turns it off. */

#include <glib-unix.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <vz.h>

#include "standard-descriptors.h"

typedef struct {
  GMainLoop *loop;
  VzVirtualMachine *machine;
  char *save_path;
  GCancellable *saving;
  gboolean is_restored; /* from its saved state */
  int status;
} App;

static void
guest_did_stop (VzVirtualMachine *machine, gpointer data)
{
  App *app = data;

  printf ("Guest did stop the virtual machine.\n");
  g_main_loop_quit (app->loop);
}

static void
did_stop_with_error (VzVirtualMachine *machine, GError *error, gpointer data)
{
  App *app = data;

  fprintf (stderr, "Virtual machine did stop with error: %s\n", error->message);
  app->status = EXIT_FAILURE;
  g_main_loop_quit (app->loop);
}

/* ---- The end: pause, save, stop ---- */

static void
fail (App *app, const char *what, const GError *error)
{
  fprintf (stderr, "Virtual machine failed to %s: %s\n", what, error->message);
  app->status = EXIT_FAILURE;
  g_main_loop_quit (app->loop);
}

static void
stopped (GObject *source, GAsyncResult *result, gpointer data)
{
  App *app = data;
  g_autoptr (GError) error = NULL;

  if (vz_virtual_machine_stop_finish (VZ_VIRTUAL_MACHINE (source), result, &error))
    g_main_loop_quit (app->loop);
  else
    fail (app, "stop", error);
}

static void
saved (GObject *source, GAsyncResult *result, gpointer data)
{
  App *app = data;
  g_autoptr (GError) error = NULL;

  if (vz_virtual_machine_save_and_stop_finish (VZ_VIRTUAL_MACHINE (source), result, &error))
    {
      printf ("Virtual machine successfully saved.\n");
      g_main_loop_quit (app->loop);
    }
  else if (g_cancellable_is_cancelled (app->saving))
    vz_virtual_machine_stop_async (app->machine, NULL, stopped, app);
  else
    {
      fprintf (stderr, "Virtual machine failed to save, and goes on: %s\n", error->message);
      g_cancellable_cancel (app->saving);
    }
}

static gboolean
save_and_close (gpointer data)
{
  App *app = data;

  if (app->saving == NULL)
    {
      app->saving = g_cancellable_new ();
      vz_virtual_machine_save_and_stop_async (app->machine, app->save_path, NULL, app->saving,
                                              saved, app);
    }
  else if (g_cancellable_is_cancelled (app->saving)) /* saving has failed */
    vz_virtual_machine_stop_async (app->machine, NULL, stopped, app);
  else
    g_cancellable_cancel (app->saving);
  return G_SOURCE_CONTINUE;
}

/* ---- The beginning: restore and resume, or start ---- */

static void
print_console (App *app)
{
  g_autofree char *console = vz_virtual_machine_dup_console_socket_path (app->machine);

  if (console != NULL)
    printf ("Its console: %s\n", console);
}

static void
started (GObject *source, GAsyncResult *result, gpointer data)
{
  App *app = data;
  g_autoptr (GError) refused = NULL;
  g_autoptr (GError) error = NULL;

  if (!vz_virtual_machine_start_or_restore_finish (VZ_VIRTUAL_MACHINE (source), result, &refused,
                                                   &error))
    {
      fail (app, "start", error);
      return;
    }
  if (refused != NULL)
    fprintf (stderr, "Virtual machine failed to restore: %s\n", refused->message);
  printf ("Virtual machine successfully %s.\n",
          app->is_restored && refused == NULL ? "resumed" : "started");
  print_console (app);
}

/* A saved state is used once, usable or not. */
static void
begin (App *app)
{
  app->is_restored = g_file_test (app->save_path, G_FILE_TEST_EXISTS);
  vz_virtual_machine_start_or_restore_async (app->machine, app->save_path, NULL, NULL, started,
                                             app);
}

static VzVirtualMachine *
create_machine (const char *path, char **ret_save_path, GError **error)
{
  g_autoptr (VzBundle) bundle = vz_bundle_open (path, error);
  g_autoptr (VzVirtualMachineConfiguration) configuration = NULL;
  g_autoptr (GError) reason = NULL;

  if (bundle == NULL)
    return NULL;
  configuration = vz_bundle_load_configuration (bundle, error);
  if (configuration == NULL || !vz_virtual_machine_configuration_validate (configuration, error))
    return NULL;
  if (!vz_virtual_machine_configuration_validate_save_restore_support (configuration, &reason))
    printf ("The machine's state cannot be saved: %s\n", reason->message);
  *ret_save_path = vz_bundle_dup_save_file_path (bundle);
  return vz_virtual_machine_new (configuration);
}

int
main (int argc, char **argv)
{
  g_autofree char *usual = g_build_filename (g_get_home_dir (), "VM.bundle", NULL);
  g_autoptr (GError) error = NULL;
  App app = { .status = EXIT_SUCCESS };

  if (argc > 2 || (argc == 2 && argv[1][0] == '-'))
    {
      fprintf (stderr, "Usage: VirtualMachineApp [BUNDLE]\n");
      return 2;
    }
  hold_standard_descriptors ();
  setvbuf (stdout, NULL, _IOLBF, 0);
  app.machine = create_machine (argc == 2 ? argv[1] : usual, &app.save_path, &error);
  if (app.machine == NULL)
    {
      fprintf (stderr, "The virtual machine could not be set up: %s\n", error->message);
      return EXIT_FAILURE;
    }
  app.loop = g_main_loop_new (NULL, FALSE);
  g_signal_connect (app.machine, "guest-did-stop", G_CALLBACK (guest_did_stop), &app);
  g_signal_connect (app.machine, "did-stop-with-error", G_CALLBACK (did_stop_with_error), &app);
  g_unix_signal_add (SIGINT, save_and_close, &app);
  g_unix_signal_add (SIGTERM, save_and_close, &app);
  begin (&app);
  g_main_loop_run (app.loop);

  g_object_unref (app.machine);
  g_clear_object (&app.saving);
  g_free (app.save_path);
  g_main_loop_unref (app.loop);
  return app.status;
}
