/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "restore/vz-image-product.h"

static const VzImageProduct products[] = {
  { "x86_64", "VzGeneric-x86_64", "q35-x86_64" },
  { "aarch64", "VzGeneric-aarch64", "virt-aarch64" },
};

const VzImageProduct *
vz_image_product_for_architecture (const char *architecture)
{
  for (gsize i = 0; i < G_N_ELEMENTS (products); i++)
    if (g_strcmp0 (products[i].architecture, architecture) == 0)
      return &products[i];
  return NULL;
}

const VzImageProduct *
vz_image_product_for_device_class (const char *device_class)
{
  for (gsize i = 0; i < G_N_ELEMENTS (products); i++)
    if (g_strcmp0 (products[i].device_class, device_class) == 0)
      return &products[i];
  return NULL;
}
