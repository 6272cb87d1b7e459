/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/console/vz-virtio-console-port-configuration.h"

#include "configuration/console/vz-spice-agent-port-attachment.h"
#include "foundation/config/vz-field.h"

#include <limits.h>

/**
 * VzVirtioConsolePortConfiguration:
 *
 * A port of a virtio console device: a console, or a named channel. Apple:
 * `VZVirtioConsolePortConfiguration`.
 *
 * QEMU: `virtconsole` for a console, `virtserialport` for a channel.
 *
 * Since: 0.1
 */
struct _VzVirtioConsolePortConfiguration {
  VzConsolePortConfiguration parent_instance;

  VzSerialPortAttachment *attachment;
  char *name;
  gboolean is_console;
};

static const VzField fields[] = {
  VZ_OBJECT ("attachment", VzVirtioConsolePortConfiguration, attachment,
             "where the port's data goes and comes from", vz_serial_port_attachment_get_type),
  VZ_STRING ("name", VzVirtioConsolePortConfiguration, name,
             "the name that the guest sees in `/dev/virtio-ports`; none by default"),
  VZ_BOOL ("is-console", VzVirtioConsolePortConfiguration, is_console,
           "whether the guest uses the port as a console"),
};

#define GUEST_AGENT_NAME "org.qemu.guest_agent.0" /* taken: by vz itself, in every machine */

/* A program that opens a port with this name in the guest speaks the agent's protocol on it, and
 * agents look for no other name. */
static void
check_spice_agent (VzVirtioConsolePortConfiguration *self, VzProblems *problems)
{
  gboolean has_name = g_strcmp0 (self->name, VZ_SPICE_AGENT_PORT_NAME) == 0;
  gboolean has_attachment = VZ_IS_SPICE_AGENT_PORT_ATTACHMENT (self->attachment);

  if (has_name && !has_attachment)
    vz_problems_add (
      problems, VZ_CONFIG (self), "attachment",
      self->attachment != NULL ? vz_problems_kind_of (self->attachment) : NULL,
      "must be a Spice agent port attachment on a port named " VZ_SPICE_AGENT_PORT_NAME);
  if (has_attachment && !has_name)
    vz_problems_add (problems, VZ_CONFIG (self), "name", self->name,
                     "must be " VZ_SPICE_AGENT_PORT_NAME " with a Spice agent port attachment");
  if (has_attachment && self->is_console)
    vz_problems_add (problems, VZ_CONFIG (self), "is-console", "true",
                     "must be false with a Spice agent port attachment");
}

static void
check (VzConfig *config, VzProblems *problems)
{
  VzVirtioConsolePortConfiguration *self = VZ_VIRTIO_CONSOLE_PORT_CONFIGURATION (config);

  check_spice_agent (self, problems);
  if (self->name == NULL)
    return;
  if (*self->name == '\0' || strlen (self->name) > NAME_MAX || strchr (self->name, '/') != NULL)
    vz_problems_add (problems, config, "name", self->name,
                     "must be 1 to %d bytes without a slash: it becomes a file name", NAME_MAX);
  else if (g_str_equal (self->name, GUEST_AGENT_NAME))
    vz_problems_add (problems, config, "name", self->name, "must not be a reserved name");
}

VZ_DEFINE_CONFIG (VzVirtioConsolePortConfiguration, vz_virtio_console_port_configuration,
                  VZ_TYPE_CONSOLE_PORT_CONFIGURATION, .check = check)

/**
 * vz_virtio_console_port_configuration_new:
 *
 * Makes a virtio console port.
 *
 * Returns: (transfer full): the virtio console port
 */
VzVirtioConsolePortConfiguration *
vz_virtio_console_port_configuration_new (void)
{
  return g_object_new (VZ_TYPE_VIRTIO_CONSOLE_PORT_CONFIGURATION, NULL);
}

VZ_ACCESS_STRING (VzVirtioConsolePortConfiguration, vz_virtio_console_port_configuration, name)
VZ_ACCESS_NUMBER (gboolean, VzVirtioConsolePortConfiguration, vz_virtio_console_port_configuration,
                  is_console)
