/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/identity/vz-machine-identifier.h"
#include "configuration/vz-virtual-machine-configuration.h"
#include "foundation/config/vz-problems.h"

G_BEGIN_DECLS

/* Slots for devices on the board's PCI bus, which has 32: the host bridge and the chipset take one
 * each. */
#define VZ_PCI_PLACES 30

/* The rules that concern more than one object of a machine. */
void vz_check_virtual_machine_rules (VzVirtualMachineConfiguration *self, VzProblems *problems);

/* Of these, the rules that no two objects may share something, such as a MAC address. */
void vz_check_unique_rules (VzVirtualMachineConfiguration *self, VzProblems *problems);

/* Also, what QEMU's board for Macs does not support; nothing if this host has none. */
void vz_check_mac_rules (VzVirtualMachineConfiguration *self, VzProblems *problems);

/* Also, which machines may share the host's translator. */
void vz_check_translator_rules (VzVirtualMachineConfiguration *self, VzProblems *problems);

/* What prevents saving a machine's state and concerns more than one object. */
void vz_check_virtual_machine_saving (VzVirtualMachineConfiguration *self, VzProblems *problems);

/* The part of the configuration that a saved state depends on, as JSON: published ports concern
 * only the host, as nothing of them is in the guest. Paths below @base are relative to it. */
char *vz_saving_dup_configuration (VzVirtualMachineConfiguration *self, const char *base);

/* Of the platform, of either kind; borrowed, NULL if there is none. */
VzMachineIdentifier *
vz_virtual_machine_configuration_get_identifier (VzVirtualMachineConfiguration *self);

/* All devices that contain a disk: the storage devices, then those of the USB controllers;
 * borrowed. */
GPtrArray *vz_virtual_machine_configuration_list_storage (VzVirtualMachineConfiguration *self);

/* "x86_64" or "aarch64"; the host's if the platform does not say. */
const char *vz_virtual_machine_configuration_get_architecture (VzVirtualMachineConfiguration *self);

/* Whether it shares the host's translator. */
gboolean vz_configuration_shares_translator (VzVirtualMachineConfiguration *self);

/* FALSE with NOT_SUPPORTED if the board is newer than this host's QEMU: not a fault of the
 * configuration. */
gboolean vz_check_board_for_host (VzVirtualMachineConfiguration *self, GError **error);
/* The same if it shares the host's translator and the host has none for the guest. */
gboolean vz_check_translator_for_host (VzVirtualMachineConfiguration *self, GError **error);

G_END_DECLS
