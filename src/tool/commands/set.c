/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/machine/running.h"
#include "tool/vz-tool.h"

#include <string.h>

#include "foundation/vz-fail.h"

static const char usage[] = "[BUNDLE] [PROPERTY=VALUE...]";
static char *arg_memory_target;
static char *arg_secure_boot;

static const GOptionEntry entries[] = {
  { "memory-target", 0, 0, G_OPTION_ARG_STRING, &arg_memory_target,
    "Memory that a running machine's guest has from now on", "SIZE" },
  { "secure-boot", 0, 0, G_OPTION_ARG_STRING, &arg_secure_boot,
    "Whether a stopped machine will start only signed software: on or off", "on|off" },
  G_OPTION_ENTRY_NULL,
};

/* A bundle's name may contain '='. */
static gboolean
is_assignment (const char *argument)
{
  return strchr (argument, '=') != NULL && !g_file_test (argument, G_FILE_TEST_IS_DIR);
}

static gboolean
apply (VzVirtualMachineConfiguration *configuration, const char *assignment, GError **error)
{
  const char *equals = strchr (assignment, '=');
  g_autofree char *name = NULL;

  if (equals == NULL)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "'%s' found, must be PROPERTY=VALUE, for example cpu-count=2", assignment);
  name = g_strndup (assignment, (gsize) (equals - assignment));
  return vz_config_set_from_string (VZ_CONFIG (configuration), name, equals + 1, error);
}

static gboolean
apply_all (VzVirtualMachineConfiguration *configuration, gpointer data, GError **error)
{
  for (char **assignment = data; *assignment != NULL; assignment++)
    if (!apply (configuration, *assignment, error))
      return FALSE;
  return TRUE;
}

static gboolean
change_properties (VzTool *tool, GError **error)
{
  guint first = is_assignment (tool->arguments[0]) ? 0
                                                   : 1; /* "vz set cpu-count=2" means ~/VM.bundle */
  g_autoptr (VzBundle) bundle = NULL;

  if (first == g_strv_length (tool->arguments))
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "nothing to set; usage: vz set %s", usage);
  bundle = tool_find_bundle (first == 1 ? tool->arguments[0] : NULL, error);
  return bundle != NULL &&
         vz_bundle_change_configuration (bundle, apply_all, tool->arguments + first, error);
}

/* For this run only: the next one starts with the configured size. */
static gboolean
request_memory (VzTool *tool, GError **error)
{
  g_auto (Running) running = { 0 };
  g_autofree char *text = NULL;
  VzVirtioTraditionalMemoryBalloonDevice *balloon;
  GPtrArray *balloons;
  guint64 size;

  if (!vz_size_parse (arg_memory_target, &size, error))
    return vz_fail_prefix (error, "--memory-target: ");
  if (tool->arguments[0] != NULL &&
      (tool->arguments[1] != NULL || is_assignment (tool->arguments[0])))
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "--memory-target is for a running machine and properties are for a stopped "
                    "one; use one command for each");
  if (!running_open (&running, tool->arguments[0], error))
    return FALSE;
  balloons = vz_virtual_machine_get_memory_balloon_devices (running.machine);
  if (balloons->len == 0)
    return vz_fail (error, VZ_ERROR_DEVICE_NOT_FOUND, "'%s' has no memory balloon",
                    vz_bundle_get_path (running.bundle));
  balloon = balloons->pdata[0];
  if (!vz_virtio_traditional_memory_balloon_device_request_memory_size (balloon, size,
                                                                        tool->cancellable, error))
    return FALSE;
  text = vz_size_format (
    vz_virtio_traditional_memory_balloon_device_get_target_virtual_machine_memory_size (balloon));
  tool_print ("%s: memory target: %s\n", vz_bundle_get_path (running.bundle), text);
  return TRUE;
}

static gboolean
change_secure_boot (VzTool *tool, GError **error)
{
  gboolean value = g_str_equal (arg_secure_boot, "on");
  g_autoptr (VzBundle) bundle = NULL;

  if (!value && !g_str_equal (arg_secure_boot, "off"))
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "--secure-boot: '%s' found, must be on or off", arg_secure_boot);
  if (arg_memory_target != NULL ||
      (tool->arguments[0] != NULL &&
       (tool->arguments[1] != NULL || is_assignment (tool->arguments[0]))))
    return vz_fail (
      error, VZ_ERROR_INVALID_ARGUMENT,
      "--secure-boot cannot be combined with other changes; use one command for each");
  bundle = tool_find_bundle (tool->arguments[0], error);
  return bundle != NULL && vz_bundle_set_secure_boot (bundle, value, error);
}

static gboolean
run_set (VzTool *tool, GError **error)
{
  if (arg_secure_boot != NULL)
    return change_secure_boot (tool, error);
  if (arg_memory_target != NULL)
    return request_memory (tool, error);
  if (tool->arguments[0] == NULL)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "nothing to set; usage: vz set %s", usage);
  return change_properties (tool, error);
}

const VzCommand vz_command_set = {
  .name = "set",
  .arguments = usage,
  .max_arguments = 64,
  .options = entries,
  .run = run_set,
  .summary = "Changes a stopped machine's properties, after validating them all, or the memory of "
             "a running machine's guest",
  .details = "Name a device's property by its path, as vz show prints it. All values are validated "
             "before any is written. A running guest's memory can be set to between 128M and the "
             "machine's memory-size; vz show says how much the guest has now (guest-memory-size). "
             "The next run begins with all of it. With --secure-boot on, the firmware starts only "
             "signed software; the machine gets a new variable store with the keys for it.",
  .examples = { { "vz set web.bundle memory-size=1G cpu-count=2", "Changes memory and processors" },
                { "vz set web.bundle --memory-target 512M",
                  "Makes the guest give back memory while it runs" },
                { "vz set web.bundle --secure-boot on",
                  "Makes a stopped machine start only signed software" } },
};
