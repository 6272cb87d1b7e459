/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "settings.h"

#include <stdio.h>
#include <string.h>

#include "virtualization.h"

static uint64_t
clamp (uint64_t value, uint64_t minimum, uint64_t maximum)
{
  return value < minimum ? minimum : value > maximum ? maximum : value;
}

NSUInteger
settings_choose_cpu_count (void)
{
  NSUInteger of_host = NSProcessInfo_processorCount (NSProcessInfo_processInfo ());

  return clamp (of_host > 1 ? of_host - 1 : 1,
                VZVirtualMachineConfiguration_minimumAllowedCPUCount (),
                VZVirtualMachineConfiguration_maximumAllowedCPUCount ());
}

uint64_t
settings_choose_memory_size (void)
{
  return clamp (4 * GIBIBYTE, VZVirtualMachineConfiguration_minimumAllowedMemorySize (),
                VZVirtualMachineConfiguration_maximumAllowedMemorySize ());
}

/* ---- The file -------------------------------------------------------------------------------- */

static const char FORMAT[] = "{\n"
                             "  \"type\" : \"VzVirtualMachineConfiguration\",\n"
                             "  \"platform\" : {\n"
                             "    \"type\" : \"VzMacPlatformConfiguration\",\n"
                             "    \"auxiliary-storage\" : {\n"
                             "      \"path\" : \"AuxiliaryStorage\"\n"
                             "    }\n"
                             "  },\n"
                             "  \"boot-loader\" : {\n"
                             "    \"type\" : \"VzMacOSBootLoader\"\n"
                             "  },\n"
                             "  \"cpu-count\" : %lu,\n"
                             "  \"memory-size\" : %llu,\n"
                             "  \"storage-devices\" : [\n"
                             "    {\n"
                             "      \"type\" : \"VzVirtioBlockDeviceConfiguration\",\n"
                             "      \"attachment\" : {\n"
                             "        \"type\" : \"VzDiskImageStorageDeviceAttachment\",\n"
                             "        \"path\" : \"Disk.img\",\n"
                             "        \"read-only\" : false\n"
                             "      }\n"
                             "    }\n"
                             "  ],\n"
                             "  \"network-devices\" : [\n"
                             "    {\n"
                             "      \"type\" : \"VzVirtioNetworkDeviceConfiguration\",\n"
                             "      \"mac-address\" : \"%s\",\n"
                             "      \"attachment\" : {\n"
                             "        \"type\" : \"VzNATNetworkDeviceAttachment\"\n"
                             "      }\n"
                             "    }\n"
                             "  ],\n"
                             "  \"graphics-devices\" : [\n"
                             "    {\n"
                             "      \"type\" : \"VzMacGraphicsDeviceConfiguration\",\n"
                             "      \"displays\" : [\n"
                             "        {\n"
                             "          \"width-in-pixels\" : %d,\n"
                             "          \"height-in-pixels\" : %d,\n"
                             "          \"pixels-per-inch\" : %d\n"
                             "        }\n"
                             "      ]\n"
                             "    }\n"
                             "  ],\n"
                             "  \"pointing-devices\" : [\n"
                             "    {\n"
                             "      \"type\" : \"VzMacTrackpadConfiguration\"\n"
                             "    }\n"
                             "  ],\n"
                             "  \"keyboards\" : [\n"
                             "    {\n"
                             "      \"type\" : \"%s\"\n"
                             "    }\n"
                             "  ]\n"
                             "}\n";

bool
settings_write (const Settings *settings, const Bundle *bundle, Failure *failure)
{
  char text[sizeof FORMAT + 256];
  int length =
    snprintf (text, sizeof text, FORMAT, settings->cpu_count,
              (unsigned long long) settings->memory_size, settings->mac_address, DISPLAY_WIDTH,
              DISPLAY_HEIGHT, DISPLAY_PIXELS_PER_INCH,
              is_macos_14 () ? "VzMacKeyboardConfiguration" : "VzUSBKeyboardConfiguration");

  return file_write (bundle->configuration, text, (size_t) length, failure);
}

/* The value of @key if @dictionary is one and has it, and it is of that class. */
static void *
get (void *dictionary, const char *key, const char *class_name)
{
  void *value;

  if (!NSObject_isKindOfClass (dictionary, objc_getClass ("NSDictionary")))
    return NULL;
  value = NSDictionary_objectForKey (dictionary, NSString_with_utf8 (key));
  return NSObject_isKindOfClass (value, objc_getClass (class_name)) ? value : NULL;
}

bool
settings_read (Settings *settings, const Bundle *bundle, Failure *failure)
{
  NSData *content;
  NSNumber *number;
  NSArray *networks;
  NSString *address;
  void *top;

  if (!file_exists (bundle->configuration)) /* Apple's sample makes bundles without */
    return true;
  content = file_read (bundle->configuration, failure);
  if (content == NULL)
    return false;
  top = NSJSONSerialization_object_with_data (content, 0, NULL);
  if (!NSObject_isKindOfClass (top, objc_getClass ("NSDictionary")))
    return fail (failure, EXIT_INVALID, "'%s' is not a JSON object", bundle->configuration);
  number = get (top, "cpu-count", "NSNumber");
  if (number != NULL)
    settings->cpu_count = NSNumber_unsignedLongLongValue (number);
  number = get (top, "memory-size", "NSNumber");
  if (number != NULL)
    settings->memory_size = NSNumber_unsignedLongLongValue (number);
  networks = get (top, "network-devices", "NSArray");
  if (networks == NULL || NSArray_count (networks) == 0)
    return true;
  address = get (NSArray_objectAtIndex (networks, 0), "mac-address", "NSString");
  if (address != NULL)
    snprintf (settings->mac_address, sizeof settings->mac_address, "%s",
              NSString_UTF8String (address));
  return true;
}
