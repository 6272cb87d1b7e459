/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine/guest/vz-agent-by-ssh.h"

#include "foundation/file/vz-file.h"
#include "foundation/host/vz-run.h"
#include "foundation/vz-fail.h"
#include "machine/guest/vz-ssh-key.h"
#include "machine/guest/vz-virtual-machine-ssh.h"
#include "machine/vz-virtual-machine-private.h"
#include "qemu/vz-port-labels.h"
#include "src/guest/vz-guest-programs.h"

#include <string.h>

/* How this works
 *
 * A cloud image has a user who accepts vz's key, but often no agent. In that case one SSH login
 * starts src/guest/agent.py, which then serves the agent's port, so that everything that uses the
 * agent works as in any other guest, and just as fast. It does not survive a reboot of the guest,
 * and is restarted when next needed.
 *
 * The guest may also have its own agent and still be booting: src/guest/agent.sh checks before it
 * starts anything. */

#define EXIT_OWN_AGENT 10
#define EXIT_SSH_FAILED 255

static const char *const options[] = { "BatchMode=yes", "ConnectTimeout=10", NULL };

/* For any login shell; root's reads the script from its standard input. */
static char *
dup_command (void)
{
  g_autofree char *agent =
    g_base64_encode ((const guchar *) VZ_GUEST_AGENT_PY, strlen (VZ_GUEST_AGENT_PY));
  g_autofree char *script = g_strdup_printf ("agent=%s\n%s", agent, VZ_GUEST_AGENT_SH);
  g_autofree char *text = g_base64_encode ((const guchar *) script, strlen (script));

  return g_strdup_printf ("sh -c 'echo %s | base64 -d | "
                          "if [ \"$(id -u)\" = 0 ]; then sh; else sudo -n sh; fi'",
                          text);
}

static const char *
find_last_line (const char *text)
{
  const char *last = text != NULL ? strrchr (text, '\n') : NULL;

  return last != NULL ? last + 1 : text;
}

/* TIMED_OUT for anything that may change in a while. */
static gboolean
judge (int wait_status, const char *said, GError **error)
{
  int status = WIFEXITED (wait_status) ? WEXITSTATUS (wait_status) : EXIT_SSH_FAILED;

  if (status == 0)
    return TRUE;
  return vz_fail (error,
                  status == EXIT_SSH_FAILED || status == EXIT_OWN_AGENT ? VZ_ERROR_TIMED_OUT
                                                                        : VZ_ERROR_NOT_SUPPORTED,
                  "over SSH: %s", find_last_line (said));
}

/* Having nothing to try with is not an error: we wait for the guest's own agent. */
static gboolean
has_means (VzVirtualMachine *machine, GCancellable *cancellable)
{
  VzEngine *engine = vz_virtual_machine_get_running_engine (machine, NULL);
  g_autofree char *key = vz_ssh_key_dup_path ();
  VzPortState state;

  return engine != NULL && vz_file_is_there (key) &&
         vz_engine_query_port (engine, VZ_AGENT_PORT, &state, cancellable, NULL) &&
         state == VZ_PORT_CLOSED;
}

gboolean
vz_agent_by_ssh_start (GObject *object, int timeout_ms, GCancellable *cancellable, GError **error)
{
  VzVirtualMachine *machine = VZ_VIRTUAL_MACHINE (object);
  g_autofree char *command = dup_command ();
  const char *const commands[] = { command, NULL };
  g_auto (GStrv) argv = NULL;
  g_autofree char *said = NULL;
  VzRun run = { .limit_ms = (guint) timeout_ms, .wants_output = TRUE, .wants_errors = TRUE };
  int status;

  if (!has_means (machine, cancellable))
    return TRUE;
  argv = vz_virtual_machine_dup_ssh_command (machine, NULL, options, commands, cancellable, NULL);
  if (argv == NULL)
    return TRUE;
  run.argv = (const char *const *) argv;
  return vz_run (&run, &status, &said, cancellable, error) && judge (status, said, error);
}
