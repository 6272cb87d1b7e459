/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/arguments/vz-arguments.h"

#include "configuration/vz-configuration-rules.h"
#include "foundation/vz-fail.h"

/* How this works
 *
 * Each kind of device has a slot on the bus for its first device, and the next ones follow, so that
 * a device keeps its address, and the guest its interface's name, when devices of other kinds are
 * added or removed. If no slot is left after its kind's, a device takes the nearest free one
 * before: the small devices (panic, entropy, balloon), which come last, lose theirs only when
 * nothing else is left. So every slot of the bus is used, and as many devices fit as
 * configuration/vz-configuration-rules.c allows. */

#define FIRST_PLACE 0x01u /* 0x00: the host bridge */
#define LAST_PLACE (FIRST_PLACE + VZ_PCI_PLACES - 1)
_Static_assert(LAST_PLACE == 0x1e, "0x1f is the chipset's own");

static gboolean
is_free (VzArguments *self, guint place)
{
  return (self->used_slots & (1u << place)) == 0;
}

static guint
count_small_devices (VzArguments *self)
{
  VzVirtualMachineConfiguration *configuration = self->configuration;

  return 1 + vz_virtual_machine_configuration_get_entropy_devices (configuration)->len +
         vz_virtual_machine_configuration_get_memory_balloon_devices (configuration)->len;
}

/* 0: no slot is free. */
static guint
find_place (VzArguments *self, guint first)
{
  guint kept_until = VZ_SLOT_OTHER + count_small_devices (self);

  for (guint place = first; place <= LAST_PLACE; place++)
    if (is_free (self, place))
      return place;
  for (guint place = first - 1; place >= FIRST_PLACE; place--)
    if (is_free (self, place) && (place < VZ_SLOT_OTHER || place >= kept_until))
      return place;
  for (guint place = first - 1; place >= FIRST_PLACE; place--)
    if (is_free (self, place))
      return place;
  return 0;
}

gboolean
vz_arguments_place (VzArguments *self, VzOption *device, guint first, GError **error)
{
  guint place;

  if (self->vmapple != NULL)
    return TRUE;
  place = find_place (self, first);
  if (place == 0)
    return vz_fail (error, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION,
                    "the machine has more devices than the %d slots of its board", VZ_PCI_PLACES);
  self->used_slots |= 1u << place;
  vz_option_set_format (device, "addr", "0x%02x", place);
  return TRUE;
}
