/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/identity/vz-machine-identifier.h"
#include "configuration/vz-virtual-machine-configuration.h"
#include "foundation/config/vz-problems.h"

G_BEGIN_DECLS

/* Places for devices on the board's PCI bus, which has 32: the host bridge and the chipset have one
 * each. */
#define VZ_PCI_PLACES 30

/* The rules that concern more than one object of a machine. */
void vz_check_virtual_machine_rules (VzVirtualMachineConfiguration *self, VzProblems *problems);

/* Among them those that two objects must not agree in something, such as a MAC address. */
void vz_check_unique_rules (VzVirtualMachineConfiguration *self, VzProblems *problems);

/* And what of a Mac QEMU's board for it does not take; nothing where this host has none. */
void vz_check_mac_rules (VzVirtualMachineConfiguration *self, VzProblems *problems);

/* And what a share of the host's translator may be in. */
void vz_check_translator_rules (VzVirtualMachineConfiguration *self, VzProblems *problems);

/* What stands against saving a machine's state that concerns more than one object. */
void vz_check_virtual_machine_saving (VzVirtualMachineConfiguration *self, VzProblems *problems);

/* What of the configuration a saved state belongs to, as JSON: published ports are the host's
 * affair, nothing of them is in the guest. Paths below @base are relative to it. */
char *vz_saving_dup_configuration (VzVirtualMachineConfiguration *self, const char *base);

/* Of the platform, whatever its kind; borrowed, NULL when there is none. */
VzMachineIdentifier *
vz_virtual_machine_configuration_get_identifier (VzVirtualMachineConfiguration *self);

/* All that a disk is in: the storage devices, then those of the USB controllers; borrowed. */
GPtrArray *vz_virtual_machine_configuration_list_storage (VzVirtualMachineConfiguration *self);

/* "x86_64" or "aarch64"; the host's when the platform does not say. */
const char *vz_virtual_machine_configuration_get_architecture (VzVirtualMachineConfiguration *self);

/* Whether a share of it is the host's translator. */
gboolean vz_configuration_shares_translator (VzVirtualMachineConfiguration *self);

/* FALSE with NOT_SUPPORTED when the board is newer than this host's QEMU: no fault of the
 * configuration. */
gboolean vz_check_board_for_host (VzVirtualMachineConfiguration *self, GError **error);
/* The same when a share is the host's translator and it has none for the guest. */
gboolean vz_check_translator_for_host (VzVirtualMachineConfiguration *self, GError **error);

G_END_DECLS
