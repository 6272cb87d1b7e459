/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest-fixture.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

/* Every operation in every state, with a real QEMU. */

typedef struct {
  Guest *guest;
  char *path; /* of a saved state */
} Scene;

typedef gboolean (*Call) (Scene *scene, GError **error);

static gboolean
do_start (Scene *scene, GError **error)
{
  return vz_virtual_machine_start (scene->guest->machine, NULL, error);
}

static gboolean
do_stop (Scene *scene, GError **error)
{
  return vz_virtual_machine_stop (scene->guest->machine, NULL, error);
}

static gboolean
do_pause (Scene *scene, GError **error)
{
  return vz_virtual_machine_pause (scene->guest->machine, NULL, error);
}

static gboolean
do_resume (Scene *scene, GError **error)
{
  return vz_virtual_machine_resume (scene->guest->machine, NULL, error);
}

static gboolean
do_request_stop (Scene *scene, GError **error)
{
  return vz_virtual_machine_request_stop (scene->guest->machine, error);
}

static gboolean
do_save (Scene *scene, GError **error)
{
  return vz_virtual_machine_save_machine_state_to_file (scene->guest->machine, scene->path, NULL,
                                                        NULL, error);
}

static gboolean
do_restore (Scene *scene, GError **error)
{
  return vz_virtual_machine_restore_machine_state_from_file (scene->guest->machine, scene->path,
                                                             NULL, NULL, error);
}

enum { STOPPED, RUNNING, PAUSED, ERROR, N_RESTING };
#define STATE(name) VZ_VIRTUAL_MACHINE_STATE_##name
#define REFUSED -1

static const VzVirtualMachineState resting[N_RESTING] = { STATE (STOPPED), STATE (RUNNING),
                                                          STATE (PAUSED), STATE (ERROR) };

/* The state that each operation leads to from each state, or REFUSED with the operation's code. */
static const struct {
  const char *name;
  Call call;
  gboolean (*can) (VzVirtualMachine *machine); /* NULL: Apple has no property for it */
  int leads_to[N_RESTING]; /* from stopped, running, paused, error */
  VzError refusal;
} operations[] = {
  { "start",
    do_start,
    vz_virtual_machine_get_can_start,
    { STATE (RUNNING), REFUSED, REFUSED, STATE (RUNNING) },
    VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE_TRANSITION },
  { "stop",
    do_stop,
    vz_virtual_machine_get_can_stop,
    { REFUSED, STATE (STOPPED), STATE (STOPPED), REFUSED },
    VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE_TRANSITION },
  { "pause",
    do_pause,
    vz_virtual_machine_get_can_pause,
    { REFUSED, STATE (PAUSED), REFUSED, REFUSED },
    VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE_TRANSITION },
  { "resume",
    do_resume,
    vz_virtual_machine_get_can_resume,
    { REFUSED, REFUSED, STATE (RUNNING), REFUSED },
    VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE_TRANSITION },
  { "request stop",
    do_request_stop,
    vz_virtual_machine_get_can_request_stop,
    { REFUSED, STATE (RUNNING), REFUSED, REFUSED },
    VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE },
  { "save",
    do_save,
    NULL,
    { REFUSED, REFUSED, STATE (PAUSED), REFUSED },
    VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE },
  { "restore",
    do_restore,
    NULL,
    { STATE (PAUSED), REFUSED, REFUSED, REFUSED },
    VZ_ERROR_INVALID_VIRTUAL_MACHINE_STATE_TRANSITION },
};

/* From whatever state the machine is in. */
static void
bring_to (Scene *scene, VzVirtualMachineState wanted)
{
  VzVirtualMachine *machine = scene->guest->machine;
  g_autoptr (GError) error = NULL;

  if (vz_virtual_machine_get_state (machine) == wanted)
    return;
  if (vz_virtual_machine_get_can_stop (machine))
    vz_virtual_machine_stop (machine, NULL, &error);
  else if (wanted == STATE (STOPPED))
    {
      vz_virtual_machine_start (machine, NULL, &error); /* out of the error state */
      g_assert_no_error (error);
      vz_virtual_machine_stop (machine, NULL, &error);
    }
  g_assert_no_error (error);
  if (wanted != STATE (STOPPED))
    vz_virtual_machine_start (machine, NULL, &error);
  g_assert_no_error (error);
  if (wanted == STATE (PAUSED))
    vz_virtual_machine_pause (machine, NULL, &error);
  g_assert_no_error (error);
  if (wanted == STATE (ERROR))
    {
      kill (guest_pid (scene->guest), SIGKILL);
      g_assert_false (vz_virtual_machine_wait_stopped (machine, NULL, NULL));
    }
  g_assert_cmpint (vz_virtual_machine_get_state (machine), ==, wanted);
}

static void
walk (Scene *scene, guint operation, guint from)
{
  VzVirtualMachine *machine = scene->guest->machine;
  int leads_to = operations[operation].leads_to[from];
  g_autoptr (GError) error = NULL;
  gboolean ok;

  bring_to (scene, resting[from]);
  if (operations[operation].can != NULL)
    g_assert_cmpint (operations[operation].can (machine), ==, leads_to != REFUSED);
  ok = operations[operation].call (scene, &error);
  if (leads_to != REFUSED)
    {
      g_assert_no_error (error);
      g_assert_true (ok);
      g_assert_cmpint (vz_virtual_machine_get_state (machine), ==,
                       (VzVirtualMachineState) leads_to);
      return;
    }
  if (ok)
    g_error ("'%s' was not refused in state %d", operations[operation].name, (int) resting[from]);
  g_assert_error (error, VZ_ERROR, (gint) operations[operation].refusal);
  g_assert_nonnull (strstr (error->message, "in state '"));
  g_assert_cmpint (vz_virtual_machine_get_state (machine), ==, resting[from]);
}

static void
test_every_operation_in_every_state (void)
{
  g_autoptr (Guest) guest = guest_new ("x86_64");
  Scene scene = { .guest = guest };

  if (guest == NULL)
    return;
  scene.path = g_build_filename (guest->root, "state", NULL);
  guest->machine = vz_virtual_machine_new (guest->configuration);
  bring_to (&scene, STATE (PAUSED));
  g_assert_true (do_save (&scene, NULL)); /* for restoring */
  for (guint from = 0; from < N_RESTING; from++)
    for (guint i = 0; i < G_N_ELEMENTS (operations); i++)
      walk (&scene, i, from);
  g_free (scene.path);
}

typedef struct {
  GMainLoop *loop;
  gboolean done;
  gboolean ok;
  GError *error;
  gboolean (*finish) (VzVirtualMachine *machine, GAsyncResult *result, GError **error);
} Waiting;

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  Waiting *waiting = data;

  waiting->ok = waiting->finish (VZ_VIRTUAL_MACHINE (source), result, &waiting->error);
  g_main_loop_quit (waiting->loop);
}

static void
run (Waiting *waiting, VzVirtualMachineState state, VzVirtualMachine *machine)
{
  g_main_loop_run (waiting->loop);
  g_assert_no_error (waiting->error);
  g_assert_true (waiting->ok);
  g_assert_cmpint (vz_virtual_machine_get_state (machine), ==, state);
}

/* A machine, and what its asynchronous operations need. */
typedef struct {
  Guest *guest;
  VzVirtualMachine *machine; /* of the guest; NULL: the test is skipped */
  GCancellable *cancelled;
  char *path; /* of a state */
  Waiting waiting;
} Life;

static void
life_set_up (Life *life, gconstpointer data)
{
  life->guest = guest_new ("x86_64");
  if (life->guest == NULL)
    return;
  life->machine = life->guest->machine = vz_virtual_machine_new (life->guest->configuration);
  life->cancelled = g_cancellable_new ();
  life->path = g_build_filename (life->guest->root, "state", NULL);
  life->waiting.loop = g_main_loop_new (NULL, FALSE);
}

static void
life_tear_down (Life *life, gconstpointer data)
{
  g_clear_pointer (&life->guest, guest_free);
  g_clear_object (&life->cancelled);
  g_free (life->path);
  g_clear_pointer (&life->waiting.loop, g_main_loop_unref);
}

/* The same operations without blocking, through a whole life, including a cancelled one. */
static void
test_asynchronous (Life *life, gconstpointer data)
{
  VzVirtualMachine *machine = life->machine;

  if (machine == NULL)
    return;
  life->waiting.finish = vz_virtual_machine_start_finish;
  vz_virtual_machine_start_async (machine, NULL, on_done, &life->waiting);
  run (&life->waiting, STATE (RUNNING), machine);
  life->waiting.finish = vz_virtual_machine_pause_finish;
  vz_virtual_machine_pause_async (machine, NULL, on_done, &life->waiting);
  run (&life->waiting, STATE (PAUSED), machine);
  life->waiting.finish = vz_virtual_machine_save_machine_state_to_file_finish;
  vz_virtual_machine_save_machine_state_to_file_async (machine, life->path, NULL, NULL, on_done,
                                                       &life->waiting);
  run (&life->waiting, STATE (PAUSED), machine);
  life->waiting.finish = vz_virtual_machine_stop_finish;
  vz_virtual_machine_stop_async (machine, NULL, on_done, &life->waiting);
  run (&life->waiting, STATE (STOPPED), machine);

  life->waiting.finish = vz_virtual_machine_restore_machine_state_from_file_finish;
  g_cancellable_cancel (life->cancelled);
  vz_virtual_machine_restore_machine_state_from_file_async (machine, life->path, NULL,
                                                            life->cancelled, on_done,
                                                            &life->waiting);
  g_main_loop_run (life->waiting.loop);
  g_assert_error (life->waiting.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&life->waiting.error);
  g_assert_cmpint (vz_virtual_machine_get_state (machine), ==, STATE (STOPPED));
  vz_virtual_machine_restore_machine_state_from_file_async (machine, life->path, NULL, NULL,
                                                            on_done, &life->waiting);
  run (&life->waiting, STATE (PAUSED), machine);
  life->waiting.finish = vz_virtual_machine_resume_finish;
  vz_virtual_machine_resume_async (machine, NULL, on_done, &life->waiting);
  run (&life->waiting, STATE (RUNNING), machine);
}

static gboolean
start_or_restore_finish (VzVirtualMachine *machine, GAsyncResult *result, GError **error)
{
  g_autoptr (GError) refused = NULL;
  gboolean ok = vz_virtual_machine_start_or_restore_finish (machine, result, &refused, error);

  g_assert_no_error (refused);
  return ok;
}

static gboolean
start_refused_finish (VzVirtualMachine *machine, GAsyncResult *result, GError **error)
{
  g_autoptr (GError) refused = NULL;
  gboolean ok = vz_virtual_machine_start_or_restore_finish (machine, result, &refused, error);

  g_assert_error (refused, VZ_ERROR, VZ_ERROR_RESTORE);
  return ok;
}

/* What an application does when opened and closed. */
static void
test_asynchronous_life (Life *life, gconstpointer data)
{
  VzVirtualMachine *machine = life->machine;

  if (machine == NULL)
    return;
  life->waiting.finish = start_or_restore_finish;
  vz_virtual_machine_start_or_restore_async (machine, life->path, NULL, NULL, on_done,
                                             &life->waiting);
  run (&life->waiting, STATE (RUNNING), machine);
  life->waiting.finish = vz_virtual_machine_save_and_stop_finish;
  g_cancellable_cancel (life->cancelled);
  vz_virtual_machine_save_and_stop_async (machine, life->path, NULL, life->cancelled, on_done,
                                          &life->waiting);
  g_main_loop_run (life->waiting.loop);
  g_assert_error (life->waiting.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&life->waiting.error);
  g_assert_cmpint (vz_virtual_machine_get_state (machine), ==, STATE (RUNNING));
  vz_virtual_machine_save_and_stop_async (machine, life->path, NULL, NULL, on_done, &life->waiting);
  run (&life->waiting, STATE (STOPPED), machine);
  life->waiting.finish = start_or_restore_finish;
  vz_virtual_machine_start_or_restore_async (machine, life->path, NULL, NULL, on_done,
                                             &life->waiting);
  run (&life->waiting, STATE (RUNNING), machine);
  g_assert_false (g_file_test (life->path, G_FILE_TEST_EXISTS));
  life->waiting.finish = vz_virtual_machine_stop_finish;
  vz_virtual_machine_stop_async (machine, NULL, on_done, &life->waiting);
  run (&life->waiting, STATE (STOPPED), machine);
  g_assert_true (g_file_set_contents (life->path, "no state", -1, NULL));
  life->waiting.finish = start_refused_finish;
  vz_virtual_machine_start_or_restore_async (machine, life->path, NULL, NULL, on_done,
                                             &life->waiting);
  run (&life->waiting, STATE (RUNNING), machine);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/operations/every-one-in-every-state", test_every_operation_in_every_state);
  g_test_add ("/operations/asynchronous", Life, NULL, life_set_up, test_asynchronous,
              life_tear_down);
  g_test_add ("/operations/asynchronous-life", Life, NULL, life_set_up, test_asynchronous_life,
              life_tear_down);
  return g_test_run ();
}
