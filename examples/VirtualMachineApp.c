/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Runs the machine that InstallationTool made, as the app of Apple's sample does:
 *
 *   VirtualMachineApp            starts ~/VM.bundle and ends when the guest stops
 *   VirtualMachineApp BUNDLE     the same with another bundle
 *
 * An interrupt (Ctrl-C) or SIGTERM asks the guest to shut down; a second one switches it off. */

#include <glib-unix.h>
#include <stdio.h>
#include <stdlib.h>

#include <vz.h>

typedef struct {
  GMainLoop *loop;
  VzVirtualMachine *machine;
  gboolean asked;
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

static void
switched_off (GObject *source, GAsyncResult *result, gpointer data)
{
  App *app = data;
  g_autoptr (GError) error = NULL;

  if (!vz_virtual_machine_stop_finish (VZ_VIRTUAL_MACHINE (source), result, &error))
    fprintf (stderr, "Virtual machine failed to stop: %s\n", error->message);
  g_main_loop_quit (app->loop);
}

static gboolean
ask_to_stop (gpointer data)
{
  App *app = data;
  g_autoptr (GError) error = NULL;

  if (app->asked)
    vz_virtual_machine_stop_async (app->machine, NULL, switched_off, app);
  else if (vz_virtual_machine_request_stop (app->machine, &error))
    app->asked = TRUE;
  else
    fprintf (stderr, "The guest could not be asked to stop: %s\n", error->message);
  return G_SOURCE_CONTINUE;
}

static void
started (GObject *source, GAsyncResult *result, gpointer data)
{
  App *app = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *console = NULL;

  if (!vz_virtual_machine_start_finish (VZ_VIRTUAL_MACHINE (source), result, &error))
    {
      fprintf (stderr, "Virtual machine failed to start: %s\n", error->message);
      app->status = EXIT_FAILURE;
      g_main_loop_quit (app->loop);
      return;
    }
  printf ("Virtual machine successfully started.\n");
  console = vz_virtual_machine_dup_console_socket_path (app->machine);
  if (console != NULL)
    printf ("Its console: %s\n", console);
}

static VzVirtualMachine *
create_machine (const char *path, GError **error)
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
  setvbuf (stdout, NULL, _IOLBF, 0);
  app.machine = create_machine (argc == 2 ? argv[1] : usual, &error);
  if (app.machine == NULL)
    {
      fprintf (stderr, "The virtual machine could not be set up: %s\n", error->message);
      return EXIT_FAILURE;
    }
  app.loop = g_main_loop_new (NULL, FALSE);
  g_signal_connect (app.machine, "guest-did-stop", G_CALLBACK (guest_did_stop), &app);
  g_signal_connect (app.machine, "did-stop-with-error", G_CALLBACK (did_stop_with_error), &app);
  g_unix_signal_add (SIGINT, ask_to_stop, &app);
  g_unix_signal_add (SIGTERM, ask_to_stop, &app);
  vz_virtual_machine_start_async (app.machine, NULL, started, &app);
  g_main_loop_run (app.loop);

  g_object_unref (app.machine);
  g_main_loop_unref (app.loop);
  return app.status;
}
