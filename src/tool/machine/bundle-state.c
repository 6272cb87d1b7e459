/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/machine/bundle-state.h"

#define ANSWER_TIMEOUT (3 * G_TIME_SPAN_SECOND)

/* Querying QEMU, which may hang: if that takes too long, the querying thread is abandoned. */
typedef struct {
  gint references;
  GMutex lock;
  GCond answered;
  VzVirtualMachineConfiguration *configuration;
  gboolean done;
  gboolean paused;
  char *reason; /* why it is paused, or could not be queried */
  guint64 guest_memory_size;
  const char *guest_agent; /* static; NULL: unknown */
} Question;

static void
question_unref (Question *self)
{
  if (!g_atomic_int_dec_and_test (&self->references))
    return;
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->answered);
  g_object_unref (self->configuration);
  g_free (self->reason);
  g_free (self);
}

/* 0 without a balloon: then it is the configured size. */
static guint64
ask_guest_memory (VzVirtualMachine *machine)
{
  GPtrArray *balloons = vz_virtual_machine_get_memory_balloon_devices (machine);
  guint64 size = 0;

  if (balloons->len > 0)
    vz_virtio_traditional_memory_balloon_device_query_memory_size (balloons->pdata[0], &size, NULL,
                                                                   NULL);
  return size;
}

static const char *
ask_guest_agent (VzVirtualMachine *machine)
{
  g_autoptr (GEnumClass) kinds = g_type_class_ref (VZ_TYPE_GUEST_AGENT_STATUS);
  VzGuestAgentStatus status;

  return vz_virtual_machine_query_guest_agent (machine, &status, NULL, NULL)
           ? g_enum_get_value (kinds, (int) status)->value_nick
           : NULL;
}

static gpointer
ask (gpointer data)
{
  Question *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (VzVirtualMachine) machine = vz_virtual_machine_attach (self->configuration, &error);
  gboolean paused = machine != NULL &&
                    vz_virtual_machine_get_state (machine) == VZ_VIRTUAL_MACHINE_STATE_PAUSED;
  g_autofree char *reason = paused ? vz_virtual_machine_dup_pause_reason (machine, NULL) : NULL;
  guint64 guest_memory_size = machine != NULL ? ask_guest_memory (machine) : 0;
  const char *guest_agent = machine != NULL && !paused ? ask_guest_agent (machine) : NULL;

  if (error != NULL)
    reason = g_strdup (error->message);
  g_mutex_lock (&self->lock);
  self->done = TRUE;
  self->paused = paused;
  self->reason = g_steal_pointer (&reason);
  self->guest_memory_size = guest_memory_size;
  self->guest_agent = guest_agent;
  g_cond_signal (&self->answered);
  g_mutex_unlock (&self->lock);
  question_unref (self);
  return NULL;
}

static void
find_running (BundleState *self, VzBundle *bundle)
{
  VzVirtualMachineConfiguration *configuration = vz_bundle_load_configuration (bundle, NULL);
  gint64 deadline = g_get_monotonic_time () + ANSWER_TIMEOUT;
  gboolean in_time = TRUE;
  Question *question;

  self->name = "running";
  if (configuration == NULL)
    return;
  question = g_new0 (Question, 1);
  question->references = 2;
  question->configuration = configuration;
  g_mutex_init (&question->lock);
  g_cond_init (&question->answered);
  g_thread_unref (g_thread_new ("vz-ask", ask, question));
  g_mutex_lock (&question->lock);
  while (!question->done && in_time)
    in_time = g_cond_wait_until (&question->answered, &question->lock, deadline);
  if (question->paused)
    self->name = "paused";
  self->reason = g_strdup (question->done ? question->reason : "QEMU does not answer");
  self->guest_memory_size = question->guest_memory_size;
  self->guest_agent = question->guest_agent;
  g_mutex_unlock (&question->lock);
  question_unref (question);
}

/* For a bundle whose lock is free. Its disk may still be in use by a program that does not know the
 * lock, such as a QEMU started by an older vz. */
static const char *
find_at_rest (VzBundle *bundle, char **ret_reason)
{
  g_autofree char *saved = vz_bundle_dup_save_file_path (bundle);
  g_autoptr (GError) error = NULL;

  *ret_reason = vz_bundle_dup_damage (bundle);
  if (*ret_reason != NULL)
    return "damaged";
  if (!vz_bundle_check_at_rest (bundle, &error))
    {
      *ret_reason = g_strdup (error->message);
      return "in-use";
    }
  return g_file_test (saved, G_FILE_TEST_EXISTS) ? "saved" : "stopped";
}

void
bundle_state_init (BundleState *self, VzBundle *bundle)
{
  g_autofree char *saved = vz_bundle_dup_save_file_path (bundle);
  g_autofree char *purpose = NULL;
  g_autoptr (GError) error = NULL;
  int pid = 0;

  *self = (BundleState){ NULL };
  if (vz_bundle_is_running (bundle))
    {
      find_running (self, bundle);
      if (vz_bundle_is_unfinished (bundle) && g_str_equal (self->name, "running"))
        self->name = "installing";
      return;
    }
  if (!vz_bundle_is_in_use (bundle, &pid, &purpose))
    {
      self->name = find_at_rest (bundle, &self->reason);
      return;
    }
  if (g_strcmp0 (purpose, "run") == 0 && !vz_bundle_check_at_rest (bundle, &error))
    {
      self->name = "in-use"; /* by another bundle with the same files */
      self->reason = g_strdup (error->message);
      return;
    }
  self->reason =
    g_strdup_printf ("in use by process %d (%s)", pid, purpose != NULL ? purpose : "unknown");
  self->name = g_file_test (saved, G_FILE_TEST_EXISTS) ? "saved" : "stopped";
}

void
bundle_state_clear (BundleState *self)
{
  g_clear_pointer (&self->reason, g_free);
}
