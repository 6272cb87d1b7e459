/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/catalog/vz-catalog-name.h"

#include "foundation/vz-fail.h"
#include "image/manifest/vz-image-product.h"

#include <string.h>

#define OURS "VzGeneric-"

void
vz_catalog_name_clear (VzCatalogName *self)
{
  g_clear_pointer (&self->word, g_free);
  g_clear_pointer (&self->version, g_free);
}

static gboolean
equal_words (const char *a, const char *b)
{
  return a != NULL && b != NULL && g_ascii_strcasecmp (a, b) == 0;
}

static void
set_word (VzCatalogName *self, const char *word)
{
  self->kind = VZ_CATALOG_NAME_PRODUCT;
  if (equal_words (word, "macos"))
    word = VZ_PRODUCT_VIRTUAL_MAC;
  else if (strchr (word, ',') == NULL && !g_str_has_prefix (word, OURS))
    self->kind = VZ_CATALOG_NAME_SYSTEM;
  self->word = g_strdup (word);
}

gboolean
vz_catalog_name_parse (const char *text, VzCatalogName *ret_name, GError **error)
{
  const char *at = strrchr (text, '@');
  VzCatalogName name = { VZ_CATALOG_NAME_LATEST, NULL, NULL };

  if (*text == '\0' || at == text || (at != NULL && at[1] == '\0'))
    return vz_fail (
      error, VZ_ERROR_INVALID_ARGUMENT,
      "'%s' is not the name of an image; names look like 'macos', 'macos@15.5', '15.5' or '24F74'",
      text);
  if (at != NULL)
    {
      g_autofree char *word = g_strndup (text, (gsize) (at - text));

      set_word (&name, word);
      name.version = g_strdup (at + 1);
    }
  else if (g_ascii_isdigit (*text))
    {
      name.kind = VZ_CATALOG_NAME_VERSION;
      name.version = g_strdup (text);
    }
  else if (!equal_words (text, "latest"))
    set_word (&name, text);
  *ret_name = name;
  return TRUE;
}

/* "debian" for "Debian GNU/Linux" */
static gboolean
is_first_word (const char *word, const char *text)
{
  gsize length = strlen (word);

  return text != NULL && g_ascii_strncasecmp (word, text, length) == 0 &&
         (text[length] == '\0' || text[length] == ' ');
}

static gboolean
is_version (const char *version, const VzCatalogEntry *entry)
{
  return equal_words (version, entry->product_version) ||
         equal_words (version, entry->build_version);
}

gboolean
vz_catalog_name_means (const VzCatalogName *self, const VzCatalogEntry *entry)
{
  gboolean mac = vz_image_product_get_operating_system (entry->product) != NULL;

  if (self->kind == VZ_CATALOG_NAME_PRODUCT)
    return g_str_equal (self->word, entry->product);
  if (!vz_catalog_entry_is_for_virtual_machines (entry))
    return FALSE; /* only its product counts */
  switch (self->kind)
    {
    case VZ_CATALOG_NAME_LATEST:
      return vz_catalog_entry_is_supported (entry);
    case VZ_CATALOG_NAME_SYSTEM:
      return (equal_words (self->word, "linux") && !mac) ||
             is_first_word (self->word, entry->operating_system) ||
             (self->version == NULL && is_version (self->word, entry));
    case VZ_CATALOG_NAME_VERSION:
    default:
      return TRUE;
    }
}

/* "15" means the newest 15.x; "15.5" means only itself, since 15.5.1 is a different version. */
static gboolean
is_major (const char *version, const char *product_version)
{
  gsize length = strlen (version);

  return strspn (version, "0123456789") == length &&
         strncmp (version, product_version, length) == 0 && product_version[length] == '.';
}

guint
vz_catalog_name_fits (const VzCatalogName *self, const VzCatalogEntry *entry)
{
  if (self->version == NULL || is_version (self->version, entry))
    return 2;
  return is_major (self->version, entry->product_version) ? 1 : 0;
}
