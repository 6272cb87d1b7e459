/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Our restore images' terms for an architecture; Apple's counterparts are "VirtualMac2,1" and
 * "vma2macosap". */
typedef struct {
  const char *architecture; /* "x86_64" */
  const char *product_type; /* "VzGeneric-x86_64" */
  const char *device_class; /* "q35-x86_64" */
} VzImageProduct;

#define VZ_PRODUCT_VIRTUAL_MAC "VirtualMac2,1"
#define VZ_DEVICE_CLASS_VIRTUAL_MAC "vma2macosap"
#define VZ_PRODUCT_MACOS "macOS" /* what Macs run */

/* NULL if vz has no board for it. */
const VzImageProduct *vz_image_product_for_architecture (const char *architecture);
const VzImageProduct *vz_image_product_for_device_class (const char *device_class);
const VzImageProduct *vz_image_product_for_product_type (const char *product_type);

/* The boards of vz, terminated by a NULL architecture. */
const VzImageProduct *vz_image_product_list (void);

/* Why this host cannot run what is made for a product, one sentence per reason; empty if it can. */
GStrv vz_image_product_dup_unsupported_reasons (const char *product_type);

/* The same for Apple's virtual Macs. @minimum_host: the oldest macOS that can be the host; may be
 * NULL. */
GStrv vz_image_product_dup_mac_reasons (const char *minimum_host);

/* "macOS" for Apple's products, NULL for others, which may be anything. */
const char *vz_image_product_get_operating_system (const char *product_type);

/* Whether it is a real Mac rather than a virtual machine. */
gboolean vz_image_product_is_computer (const char *product_type);

G_END_DECLS
