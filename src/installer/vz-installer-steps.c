/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "installer/vz-installer-steps.h"

#include <string.h>

#include "foundation/vz-fail.h"
#include "installer/target/vz-install-journal.h"
#include "installer/vz-first-boot.h"
#include "installer/vz-provision.h"
#include "machine/vz-virtual-machine-private.h"

/* How this works
 *
 * The shares are what the steps take on two cores under TCG, in tenths of a second. Restoring
 * counts bytes. The guest does not report the progress of its boot or shutdown, so these two steps
 * go by the clock: when the expected time has passed they are at nine tenths of their share, and
 * wait there until the step is really done. So a fraction of 1 always means that it is done, and a
 * fraction that does not change means that it takes longer than usual.
 *
 * All waiting is done in slices, between which the machine's state is checked: a machine that stops
 * in its first boot ends the installation at once, with the cause that the machine reports.
 *
 * The first boot brings up the agent and what it needs, but not the rest of the system: no network,
 * no logins, no servers. A guest composed by vz knows vz.first_boot and starts the agent before
 * everything else (data/compose/overlay). Under TCG that halves the time. A guest whose boot loader
 * does not accept the options boots as usual, and is installed as well. */

#define FIRST_BOOT \
  "systemd.unit=qemu-guest-agent.service systemd.mask=systemd-resolved.service " \
  "systemd.mask=systemd-timesyncd.service vz.first_boot"

#define BOOT_EXPECTED 25.0 /* seconds */
#define SHUTDOWN_EXPECTED 5.0
#define SETTINGS_EXPECTED 6.0
#define BOOT_LIMIT (10 * 60) /* TCG on a busy host takes minutes */
#define SHUTDOWN_LIMIT (2 * 60)
#define CLOCK_CAP 0.9
#define SLICE 200 /* milliseconds */

void
vz_install_go_by_clock (VzProgress *progress, gint64 since, double expected)
{
  double seconds = (double) (g_get_monotonic_time () - since) / G_USEC_PER_SEC;
  guint64 units = (guint64) (MIN (seconds / expected, 1.0) * CLOCK_CAP * VZ_INSTALL_CLOCK_UNITS);

  if (units != vz_progress_get_completed (progress)) /* observers are only notified of changes */
    vz_progress_set_completed (progress, units);
}

/* For a machine that has ended: with the error it ended with, if any. */
static gboolean
fail_ended (VzVirtualMachine *machine, GError **error)
{
  if (!vz_virtual_machine_wait_stopped (machine, NULL, error))
    return FALSE;
  return vz_fail (error, VZ_ERROR_INSTALLATION_FAILED,
                  "the guest shut itself down before it was installed");
}

static gboolean
check (VzInstallation *self, VzProgress *progress, GCancellable *cancellable, GError **error)
{
  if (!vz_guest_settings_validate (self->settings, error))
    return FALSE;
  self->plan = vz_install_plan_new (vz_virtual_machine_get_configuration (self->machine),
                                    self->image_path, cancellable, error);
  return self->plan != NULL;
}

static gboolean
restore (VzInstallation *self, VzProgress *progress, GCancellable *cancellable, GError **error)
{
  return vz_install_plan_restore (self->plan, progress, cancellable, error);
}

/* Boot, settings and shutdown in one: such a guest cannot be asked about its progress. */
static gboolean
boot_once (VzInstallation *self, VzProgress *progress, GCancellable *cancellable, GError **error)
{
  const VzFirstBoot first = { vz_virtual_machine_get_configuration (self->machine),
                              self->plan->disk_path, self->settings, self->user_data,
                              self->ignition_data };

  return self->leave_guest || vz_first_boot_run (&first, progress, &self->note, cancellable, error);
}

static gboolean
boot (VzInstallation *self, VzProgress *progress, GCancellable *cancellable, GError **error)
{
  gint64 since = g_get_monotonic_time ();
  gint64 limit = since + BOOT_LIMIT * G_USEC_PER_SEC;
  VzGuestAgent *agent;

  if (self->plan->boots_once)
    return boot_once (self, progress, cancellable, error);
  vz_progress_set_total (progress, VZ_INSTALL_CLOCK_UNITS);
  if (!vz_virtual_machine_start_with_kernel_options (self->machine, FIRST_BOOT, cancellable, error))
    return FALSE;
  agent = vz_virtual_machine_get_guest_agent (self->machine);
  while (g_get_monotonic_time () < limit)
    {
      g_autoptr (GError) local = NULL;

      vz_install_go_by_clock (progress, since, BOOT_EXPECTED);
      if (vz_guest_agent_wait (agent, 5 * SLICE, cancellable, &local))
        return TRUE;
      if (vz_virtual_machine_has_ended (self->machine))
        return fail_ended (self->machine, error);
      if (!g_error_matches (local, VZ_ERROR, VZ_ERROR_TIMED_OUT))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
    }
  return vz_fail (error, VZ_ERROR_TIMED_OUT, "the guest's agent did not answer within %d minutes",
                  BOOT_LIMIT / 60);
}

/* The call to the agent blocks, so a separate timer advances the progress. */
typedef struct {
  VzProgress *progress;
  GMutex mutex;
  GCond cond;
  gboolean done;
} Ticker;

static gpointer
tick (gpointer data)
{
  Ticker *self = data;
  gint64 since = g_get_monotonic_time ();

  g_mutex_lock (&self->mutex);
  while (!self->done)
    {
      vz_install_go_by_clock (self->progress, since, SETTINGS_EXPECTED);
      g_cond_wait_until (&self->cond, &self->mutex, g_get_monotonic_time () + SLICE * 1000);
    }
  g_mutex_unlock (&self->mutex);
  return NULL;
}

static gboolean
settings (VzInstallation *self, VzProgress *progress, GCancellable *cancellable, GError **error)
{
  const char *const argv[] = { "/bin/sh", "-s", NULL };
  g_autofree char *script = vz_provision_script (self->settings);
  g_autoptr (GBytes) input = g_bytes_new_static (script, strlen (script));
  g_autoptr (GBytes) errors = NULL;
  Ticker ticker = { .progress = progress };
  GThread *thread;
  gboolean ran;
  int status = 0;

  if (self->plan->boots_once)
    return TRUE;
  vz_progress_set_total (progress, VZ_INSTALL_CLOCK_UNITS);
  g_mutex_init (&ticker.mutex);
  g_cond_init (&ticker.cond);
  thread = g_thread_new ("vz-settings", tick, &ticker);
  ran = vz_guest_agent_exec (vz_virtual_machine_get_guest_agent (self->machine), argv, input,
                             &status, NULL, &errors, cancellable, error);
  g_mutex_lock (&ticker.mutex);
  ticker.done = TRUE;
  g_cond_signal (&ticker.cond);
  g_mutex_unlock (&ticker.mutex);
  g_thread_join (thread);
  g_cond_clear (&ticker.cond);
  g_mutex_clear (&ticker.mutex);
  return ran && vz_provision_judge (status, errors, error);
}

/* If qemu-ga (10.0) is told to stop while it carries out guest-shutdown, it does not exit, and
 * systemd gives it 90 seconds. That happens in a first boot, where no logind takes the order. So it
 * only starts something that gives the order once the agent is idle again. */
#define POWER_OFF \
  "command -v systemctl > /dev/null || exit 1; " \
  "(sleep 0.5; exec systemctl --no-block poweroff) > /dev/null 2>&1 < /dev/null &"

static gboolean
power_off (VzGuestAgent *agent, GCancellable *cancellable)
{
  const char *argv[] = { "/bin/sh", "-c", POWER_OFF, NULL };
  int status = 1;

  return (vz_guest_agent_exec (agent, argv, NULL, &status, NULL, NULL, cancellable, NULL) &&
          status == 0) ||
         vz_guest_agent_shutdown (agent, cancellable, NULL);
}

/* Through the agent; with the power button if the agent is already gone. */
static gboolean
shut_down (VzInstallation *self, VzProgress *progress, GCancellable *cancellable, GError **error)
{
  gint64 since = g_get_monotonic_time ();
  gint64 limit = since + SHUTDOWN_LIMIT * G_USEC_PER_SEC;

  if (self->plan->boots_once)
    return vz_install_journal_remove (self->plan->disk_path, error);
  vz_progress_set_total (progress, VZ_INSTALL_CLOCK_UNITS);
  if (!power_off (vz_virtual_machine_get_guest_agent (self->machine), cancellable) &&
      !vz_virtual_machine_has_ended (self->machine) &&
      !vz_virtual_machine_request_stop (self->machine, error))
    return FALSE;
  while (!vz_virtual_machine_has_ended (self->machine))
    {
      VzVirtualMachineState state = vz_virtual_machine_get_state (self->machine);

      vz_install_go_by_clock (progress, since, SHUTDOWN_EXPECTED);
      if (g_get_monotonic_time () > limit)
        return vz_fail (error, VZ_ERROR_TIMED_OUT, "the guest did not shut down within %d minutes",
                        SHUTDOWN_LIMIT / 60);
      if (!vz_virtual_machine_wait_state_change (self->machine, state, SLICE, cancellable, error))
        return FALSE;
    }
  return vz_virtual_machine_wait_stopped (self->machine, NULL, error) &&
         vz_install_journal_remove (self->plan->disk_path, error);
}

const VzInstallStep vz_install_steps[VZ_N_INSTALL_STEPS] = {
  { VZ_PROGRESS_PHASE_CHECK, 5, FALSE, check },
  { VZ_PROGRESS_PHASE_RESTORE, 50, FALSE, restore },
  { VZ_PROGRESS_PHASE_BOOT, 250, TRUE, boot },
  { VZ_PROGRESS_PHASE_SETTINGS, 60, TRUE, settings },
  { VZ_PROGRESS_PHASE_SHUTDOWN, 50, TRUE, shut_down },
};
