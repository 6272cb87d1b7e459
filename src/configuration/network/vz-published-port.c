/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/network/vz-published-port.h"

#include "foundation/config/vz-field.h"
#include "foundation/vz-fail.h"
#include "vz-enum-types.h"

#include <arpa/inet.h>
#include <netinet/in.h>

/**
 * VzPublishedPort:
 *
 * A guest port that the host publishes on its loopback interface. Not in Apple's framework.
 *
 * QEMU: `hostfwd` of `-netdev user`.
 *
 * Since: 0.1
 */
struct _VzPublishedPort {
  VzConfig parent_instance;

  VzPublishedPortProtocol protocol;
  char *host_address;
  guint host_port;
  guint guest_port;
};

static const VzField fields[] = {
  VZ_ENUM ("protocol", VzPublishedPort, protocol, "the protocol",
           vz_published_port_protocol_get_type, .def = VZ_PUBLISHED_PORT_PROTOCOL_TCP),
  VZ_STRING ("host-address", VzPublishedPort, host_address, "the host's address, in 127.0.0.0/8",
             .text = "127.0.0.1"),
  VZ_UINT ("host-port", VzPublishedPort, host_port, "the host's port; 0 for any free one",
           .max = 65535),
  VZ_UINT ("guest-port", VzPublishedPort, guest_port, "the guest's port", .min = 1, .max = 65535),
};

static void
check (VzConfig *config, VzProblems *problems)
{
  VzPublishedPort *self = VZ_PUBLISHED_PORT (config);
  struct in_addr address;

  /* Ports are for this host's own users; to let the network see one, set up a proxy. */
  if (inet_pton (AF_INET, self->host_address, &address) != 1 ||
      (ntohl (address.s_addr) >> 24) != IN_LOOPBACKNET)
    vz_problems_add (problems, config, "host-address", self->host_address,
                     "must be a loopback address, 127.0.0.0 to 127.255.255.255");
}

VZ_DEFINE_CONFIG (VzPublishedPort, vz_published_port, VZ_TYPE_CONFIG, .check = check)

/**
 * vz_published_port_new:
 * @host_port: the port on the host; 0: any free one
 * @guest_port: the port in the guest, 1 to 65535
 *
 * Makes a TCP port published on 127.0.0.1.
 *
 * Returns: (transfer full): the published port
 */
VzPublishedPort *
vz_published_port_new (guint host_port, guint guest_port)
{
  return g_object_new (VZ_TYPE_PUBLISHED_PORT, "host-port", host_port, "guest-port", guest_port,
                       NULL);
}

VZ_ACCESS_NUMBER (VzPublishedPortProtocol, VzPublishedPort, vz_published_port, protocol)
VZ_ACCESS_STRING (VzPublishedPort, vz_published_port, host_address)
VZ_ACCESS_NUMBER (guint, VzPublishedPort, vz_published_port, host_port)
VZ_ACCESS_NUMBER (guint, VzPublishedPort, vz_published_port, guest_port)

static gboolean
parse_port (const char *text, const char *whole, guint min, guint *ret_port, GError **error)
{
  guint64 port;

  if (!g_ascii_string_to_unsigned (text, 10, min, 65535, &port, NULL))
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "'%s': '%s' is not a port: must be a number from %u to 65535", whole, text,
                    min);
  *ret_port = (guint) port;
  return TRUE;
}

/**
 * vz_published_port_new_from_string:
 * @text: `HOST:GUEST` or `ADDRESS:HOST:GUEST`, then `/tcp`, `/udp` or nothing; a host port of 0
 *   means any free one
 * @error: return location for an error, or %NULL
 *
 * Makes a published port from a text in the form that `--publish` takes: `8080:80`,
 * `127.0.0.2:5353:53/udp`.
 *
 * Returns: (transfer full): the port, or %NULL with %VZ_ERROR_INVALID_ARGUMENT
 */
VzPublishedPort *
vz_published_port_new_from_string (const char *text, GError **error)
{
  g_autoptr (VzPublishedPort) self = g_object_new (VZ_TYPE_PUBLISHED_PORT, NULL);
  g_auto (GStrv) halves = NULL;
  g_auto (GStrv) parts = NULL;
  guint n_parts;

  g_return_val_if_fail (text != NULL, NULL);
  halves = g_strsplit (text, "/", 2);
  parts = g_strsplit (halves[0] != NULL ? halves[0] : "", ":", -1);
  n_parts = g_strv_length (parts);
  if (n_parts != 2 && n_parts != 3)
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT,
                         "'%s' is not a published port: must be HOST:GUEST, such as 8080:80", text);
  if (halves[1] != NULL &&
      !vz_config_set_from_string (VZ_CONFIG (self), "protocol", halves[1], error))
    return NULL;
  if (!parse_port (parts[n_parts - 2], text, 0, &self->host_port, error) ||
      !parse_port (parts[n_parts - 1], text, 1, &self->guest_port, error))
    return NULL;
  if (n_parts == 3)
    vz_published_port_set_host_address (self, parts[0]);
  return g_steal_pointer (&self);
}

/**
 * vz_published_port_to_string:
 * @self: a published port
 *
 * Returns: (transfer full): `ADDRESS:HOST:GUEST/PROTOCOL`
 */
char *
vz_published_port_to_string (VzPublishedPort *self)
{
  g_return_val_if_fail (VZ_IS_PUBLISHED_PORT (self), NULL);
  return g_strdup_printf ("%s:%u:%u/%s", self->host_address, self->host_port, self->guest_port,
                          self->protocol == VZ_PUBLISHED_PORT_PROTOCOL_UDP ? "udp" : "tcp");
}
