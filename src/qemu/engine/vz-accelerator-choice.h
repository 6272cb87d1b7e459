/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/vz-virtual-machine-configuration.h"

G_BEGIN_DECLS

/* What the choice depends on; read from this host by vz_accelerator_facts_read(), supplied by
 * tests. */
typedef struct {
  const char *host_architecture; /* "x86_64", "aarch64" */
  gboolean device_opens; /* /dev/kvm can be opened and has the API version that QEMU needs */
  char *device_problem; /* why not */
  gboolean has_virtualization; /* x86: svm or vmx in /proc/cpuinfo; elsewhere TRUE */
} VzAcceleratorFacts;

void vz_accelerator_facts_read (VzAcceleratorFacts *facts);
void vz_accelerator_facts_clear (VzAcceleratorFacts *facts);

/* KVM or TCG for a guest of @architecture, never AUTOMATIC. @ret_reason: one sentence for the user
 * if it is TCG, NULL for KVM. If KVM is requested but cannot work: NOT_SUPPORTED and FALSE. */
gboolean vz_accelerator_choose (const VzAcceleratorFacts *facts, const char *architecture,
                                VzAccelerator wanted, VzAccelerator *ret_accelerator,
                                char **ret_reason, GError **error);

/* The same with the facts of this host. */
gboolean vz_accelerator_choose_on_host (const char *architecture, VzAccelerator wanted,
                                        VzAccelerator *ret_accelerator, char **ret_reason,
                                        GError **error);

G_END_DECLS
