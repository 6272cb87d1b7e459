/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Installs macOS into a new virtual machine on a Mac, step for step as Apple's sample of the same
 * name does:
 *
 *   InstallationTool         makes ~/VM.bundle, downloads the latest supported image, installs it
 *   InstallationTool IMAGE   makes ~/VM.bundle, installs the restore image in that file
 */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "configuration.h"
#include "download.h"
#include "identity.h"
#include "installation.h"
#include "interrupt.h"
#include "restore-image.h"

#define DISK_SIZE (128 * GIBIBYTE) /* sparse: takes what is used */

typedef struct {
  Bundle bundle;
  Settings settings;
  Failure failure;
  bool wrong_download; /* what was downloaded is no use for another attempt */
} Tool;

/* ---- The restore image ----------------------------------------------------------------------- */

static VZMacOSRestoreImage *
download_restore_image (Tool *tool)
{
  VZMacOSRestoreImage *latest, *image;

  printf ("Attempting to download the latest available restore image.\n");
  latest = restore_image_fetch_latest_supported (&tool->failure);
  if (latest == NULL ||
      !download (NSString_UTF8String (NSURL_absoluteString (VZMacOSRestoreImage_URL (latest))),
                 tool->bundle.restore_image, tool->bundle.download_note, &tool->failure))
    return NULL;
  image = restore_image_load (tool->bundle.restore_image, &tool->failure);
  tool->wrong_download = tool->failure.exit_code == EXIT_INVALID;
  return image;
}

/* What the image asks for of a machine; NULL if no machine of this Mac can have it. */
static VZMacOSConfigurationRequirements *
find_requirements (Tool *tool, VZMacOSRestoreImage *image)
{
  VZMacOSConfigurationRequirements *requirements =
    VZMacOSRestoreImage_mostFeaturefulSupportedConfiguration (image);

  if (requirements == NULL)
    {
      fail (&tool->failure, EXIT_HOST, "the restore image has no configuration for this Mac");
      return NULL;
    }
  if (
    !VZMacHardwareModel_isSupported (VZMacOSConfigurationRequirements_hardwareModel (requirements)))
    {
      fail (&tool->failure, EXIT_HOST,
            "the restore image's hardware model is not supported on this Mac");
      return NULL;
    }
  return requirements;
}

/* ---- The machine ----------------------------------------------------------------------------- */

static bool
write_representation (Tool *tool, const char *path, NSData *data)
{
  return file_write (path, NSData_bytes (data), NSData_length (data), &tool->failure);
}

/* Which Mac it is, and what its firmware remembers. All three stay the same for the machine's life.
 */
static VZMacPlatformConfiguration *
create_platform (Tool *tool, VZMacOSConfigurationRequirements *requirements)
{
  VZMacPlatformConfiguration *platform = VZMacPlatformConfiguration_new ();
  VZMacHardwareModel *model = VZMacOSConfigurationRequirements_hardwareModel (requirements);
  VZMacMachineIdentifier *identifier;
  VZMacAuxiliaryStorage *storage;
  NSError *error = NULL;

  storage = VZMacAuxiliaryStorage_creating_at_url (file_url (tool->bundle.auxiliary_storage), model,
                                                   0, &error);
  if (storage == NULL)
    {
      fail_error (&tool->failure, "the auxiliary storage cannot be created", error);
      return NULL;
    }
  identifier = VZMacMachineIdentifier_new ();
  VZMacPlatformConfiguration_setAuxiliaryStorage (platform, storage);
  VZMacPlatformConfiguration_setHardwareModel (platform, model);
  VZMacPlatformConfiguration_setMachineIdentifier (platform, identifier);

  if (!write_representation (tool, tool->bundle.hardware_model,
                             VZMacHardwareModel_dataRepresentation (model)) ||
      !write_representation (tool, tool->bundle.machine_identifier,
                             VZMacMachineIdentifier_dataRepresentation (identifier)) ||
      !identity_mac_address (VZMacMachineIdentifier_dataRepresentation (identifier),
                             tool->settings.mac_address, &tool->failure))
    return NULL;
  return platform;
}

/* What this Mac gives must be what the image asks for at least. */
static bool
check_size (Tool *tool, VZMacOSConfigurationRequirements *requirements)
{
  NSUInteger cpus = VZMacOSConfigurationRequirements_minimumSupportedCPUCount (requirements);
  uint64_t memory = VZMacOSConfigurationRequirements_minimumSupportedMemorySize (requirements);

  if (tool->settings.cpu_count < cpus)
    return fail (&tool->failure, EXIT_HOST,
                 "the restore image needs %lu processors, and this Mac gives a machine %lu", cpus,
                 tool->settings.cpu_count);
  if (tool->settings.memory_size < memory)
    return fail (&tool->failure, EXIT_HOST,
                 "the restore image needs %llu bytes of memory, and this Mac gives a machine %llu",
                 (unsigned long long) memory, (unsigned long long) tool->settings.memory_size);
  return true;
}

static VZVirtualMachineConfiguration *
create_configuration (Tool *tool, VZMacOSConfigurationRequirements *requirements)
{
  VZMacPlatformConfiguration *platform = create_platform (tool, requirements);
  VZVirtualMachineConfiguration *configuration;

  if (platform == NULL)
    return NULL;
  tool->settings.cpu_count = settings_choose_cpu_count ();
  tool->settings.memory_size = settings_choose_memory_size ();
  if (!check_size (tool, requirements) ||
      !file_create_disk (tool->bundle.disk_image, DISK_SIZE, &tool->failure))
    return NULL;
  configuration = configuration_new (platform, &tool->settings, &tool->bundle, &tool->failure);
  if (configuration == NULL || !configuration_validate (configuration, &tool->failure))
    return NULL;
  return configuration;
}

/* ---- The whole ------------------------------------------------------------------------------- */

static bool
run (Tool *tool, const char *image_path)
{
  VZMacOSRestoreImage *image;
  VZMacOSConfigurationRequirements *requirements;
  VZVirtualMachineConfiguration *configuration;
  char path[PATH_SIZE];

  if (!check_host (&tool->failure))
    return false;
  if (image_path != NULL && access (image_path, R_OK) != 0)
    return fail (&tool->failure, EXIT_NOT_FOUND, "there is no restore image at '%s'", image_path);
  if (!bundle_default_path (path, &tool->failure) ||
      !bundle_create (&tool->bundle, path, &tool->failure))
    return false;
  if (image_path != NULL)
    image = restore_image_load (image_path, &tool->failure);
  else
    image = download_restore_image (tool);
  requirements = image != NULL ? find_requirements (tool, image) : NULL;
  configuration = requirements != NULL ? create_configuration (tool, requirements) : NULL;
  if (configuration == NULL || !settings_write (&tool->settings, &tool->bundle, &tool->failure))
    return false;
  if (was_interrupted ())
    return fail_interrupted (&tool->failure);

  printf ("Starting installation.\n");
  return install (configuration, image_path != NULL ? image_path : tool->bundle.restore_image,
                  &tool->failure) &&
         bundle_commit (&tool->bundle, &tool->failure);
}

/* A downloaded image, or a part of one, serves the next attempt. */
static void
discard (Tool *tool)
{
  bundle_discard (&tool->bundle, !tool->wrong_download);
  fprintf (stderr, "InstallationTool: %s\n", tool->failure.message);
}

int
main (int argc, char **argv)
{
  Tool tool = { .bundle.lock = -1 };
  NSAutoreleasePool *pool;

  if (argc > 2 || (argc == 2 && argv[1][0] == '-'))
    {
      fprintf (stderr, "Usage: InstallationTool [IMAGE]\n"
                       "Without IMAGE the latest supported restore image is downloaded.\n");
      return EXIT_USAGE;
    }
  setvbuf (stdout, NULL, _IOLBF, 0);
  interrupt_note ();
  pool = NSAutoreleasePool_new ();
  if (run (&tool, argc == 2 ? argv[1] : NULL))
    printf ("Installation succeeded: %s\n", tool.bundle.path);
  else
    discard (&tool);
  NSAutoreleasePool_drain (pool);
  return tool.failure.exit_code;
}
