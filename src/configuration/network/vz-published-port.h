/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/config/vz-config.h"

G_BEGIN_DECLS

/**
 * VzPublishedPortProtocol:
 * @VZ_PUBLISHED_PORT_PROTOCOL_TCP: TCP
 * @VZ_PUBLISHED_PORT_PROTOCOL_UDP: UDP
 *
 * The protocol of a published port.
 */
typedef enum {
  VZ_PUBLISHED_PORT_PROTOCOL_TCP = 0,
  VZ_PUBLISHED_PORT_PROTOCOL_UDP = 1,
} VzPublishedPortProtocol;

#define VZ_TYPE_PUBLISHED_PORT (vz_published_port_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzPublishedPort, vz_published_port, VZ, PUBLISHED_PORT, VzConfig)

VZ_PUBLIC
VzPublishedPort *vz_published_port_new (guint host_port, guint guest_port);
VZ_PUBLIC
VzPublishedPort *vz_published_port_new_from_string (const char *text, GError **error);
VZ_PUBLIC
char *vz_published_port_to_string (VzPublishedPort *self);

VZ_PUBLIC
VzPublishedPortProtocol vz_published_port_get_protocol (VzPublishedPort *self);
VZ_PUBLIC
void vz_published_port_set_protocol (VzPublishedPort *self, VzPublishedPortProtocol protocol);
VZ_PUBLIC
const char *vz_published_port_get_host_address (VzPublishedPort *self);
VZ_PUBLIC
void vz_published_port_set_host_address (VzPublishedPort *self, const char *host_address);
VZ_PUBLIC
guint vz_published_port_get_host_port (VzPublishedPort *self);
VZ_PUBLIC
void vz_published_port_set_host_port (VzPublishedPort *self, guint host_port);
VZ_PUBLIC
guint vz_published_port_get_guest_port (VzPublishedPort *self);
VZ_PUBLIC
void vz_published_port_set_guest_port (VzPublishedPort *self, guint guest_port);

G_END_DECLS
