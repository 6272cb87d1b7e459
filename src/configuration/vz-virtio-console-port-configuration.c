/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/vz-virtio-console-port-configuration.h"

#include "foundation/vz-field.h"

#include <limits.h>

/**
 * VzVirtioConsolePortConfiguration:
 *
 * A port of a virtio console device: a console, or a channel with a name. Apple:
 * `VZVirtioConsolePortConfiguration`.
 */
struct _VzVirtioConsolePortConfiguration {
  VzConsolePortConfiguration parent_instance;

  VzSerialPortAttachment *attachment;
  char *name;
  gboolean is_console;
};

G_DEFINE_FINAL_TYPE (VzVirtioConsolePortConfiguration, vz_virtio_console_port_configuration,
                     VZ_TYPE_CONSOLE_PORT_CONFIGURATION)

enum { PROP_ATTACHMENT = 1, PROP_NAME, PROP_IS_CONSOLE, N_PROPS };
static GParamSpec *props[N_PROPS];

static const VzField fields[] = {
  VZ_OBJECT ("attachment", VzVirtioConsolePortConfiguration, attachment,
             "where the bytes go and come from", vz_serial_port_attachment_get_type),
  VZ_STRING ("name", VzVirtioConsolePortConfiguration, name,
             "name the guest sees in /dev/virtio-ports"),
  VZ_BOOL ("is-console", VzVirtioConsolePortConfiguration, is_console,
           "the port is a console of the guest"),
};

/* Taken: the first by vz itself in every machine, the second by a protocol that needs an attachment
 * which vz does not have. */
static const char *const reserved_names[] = { "org.qemu.guest_agent.0", "com.redhat.spice.0", NULL };

static void
check (VzConfig *config, VzProblems *problems)
{
  VzVirtioConsolePortConfiguration *self = VZ_VIRTIO_CONSOLE_PORT_CONFIGURATION (config);

  if (self->name == NULL)
    return;
  if (*self->name == '\0' || strlen (self->name) > NAME_MAX || strchr (self->name, '/') != NULL)
    vz_problems_add (problems, config, "name", self->name,
                     "must be 1 to %d bytes without a slash: it becomes a file name", NAME_MAX);
  else if (g_strv_contains (reserved_names, self->name))
    vz_problems_add (problems, config, "name", self->name, "must not be a reserved name");
}

static const VzFieldTable table = {
  .fields = fields,
  .n_fields = G_N_ELEMENTS (fields),
  .props = props,
  .check = check,
};

static void
vz_virtio_console_port_configuration_class_init (VzVirtioConsolePortConfigurationClass *klass)
{
  vz_config_class_install (klass, &table);
}

static void
vz_virtio_console_port_configuration_init (VzVirtioConsolePortConfiguration *self)
{
}

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

/**
 * vz_virtio_console_port_configuration_get_name:
 * @self: a virtio console port
 *
 * Returns: (nullable): the name that the guest sees in `/dev/virtio-ports`; %NULL: none
 */
/**
 * vz_virtio_console_port_configuration_set_name:
 * @self: a virtio console port
 * @name: (nullable): the name that the guest sees in `/dev/virtio-ports`; %NULL: none
 *
 * Sets what vz_virtio_console_port_configuration_get_name() returns.
 */
VZ_ACCESS_STRING (VzVirtioConsolePortConfiguration, vz_virtio_console_port_configuration,
                  VZ_IS_VIRTIO_CONSOLE_PORT_CONFIGURATION, name, PROP_NAME)

/**
 * vz_virtio_console_port_configuration_get_is_console:
 * @self: a virtio console port
 *
 * Returns: whether the guest uses the port as a console
 */
/**
 * vz_virtio_console_port_configuration_set_is_console:
 * @self: a virtio console port
 * @is_console: whether the guest uses the port as a console
 *
 * Sets what vz_virtio_console_port_configuration_get_is_console() returns.
 */
VZ_ACCESS_NUMBER (gboolean, VzVirtioConsolePortConfiguration, vz_virtio_console_port_configuration,
                  VZ_IS_VIRTIO_CONSOLE_PORT_CONFIGURATION, is_console, PROP_IS_CONSOLE)
