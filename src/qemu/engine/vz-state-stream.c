/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/engine/vz-state-stream.h"

#include "foundation/vz-bytes.h"

#include <string.h>

/* How this works
 *
 * QEMU's stream is a sequence of sections. Memory comes first: a section that names the blocks of
 * memory, then sections of pages, which begin and end with known bytes, so that they can be
 * followed from record to record. The devices come next, and only they can read their own data, so
 * the scan ends there. All numbers are big-endian; the low bits of a page's address are flags. */

#define SECTION_START 0x01
#define SECTION_PART 0x02
#define SECTION_END 0x03
#define SECTION_FOOTER 0x7e
#define SECTION_HEAD_SIZE 5 /* type, number of the section */

#define FLAG_ZERO 0x02u
#define FLAG_MEMORY_SIZE 0x04u
#define FLAG_PAGE 0x08u
#define FLAG_END 0x10u
#define FLAG_CONTINUE 0x20u
#define FLAGS (VZ_STATE_PAGE_SIZE - 1)

#define PART_SIZE (1024u * 1024) /* from here, the end of a region ends a part */
#define REGION_SIZE (2u * 1024 * 1024) /* a huge page: two threads must not create the same one */

typedef enum {
  SETUP, /* before the section that names the blocks */
  BETWEEN, /* sections of pages */
  PAGES, /* in such a section */
  OTHER, /* everything else */
} State;

struct _VzStateScanner {
  char *block;
  State state;
  guint32 section; /* number of the memory's section */
  gboolean last; /* this section of pages is the last one */
  gboolean in_block; /* the last page belonged to the block */
  guint64 size; /* of the block */
  guint8 *seen; /* one bit per page of the block */
};

/* The smallest recognizable unit: a page, a section header... */
typedef struct {
  gsize size; /* 0: incomplete */
  State next;
  VzStatePage page; /* if it is one */
  gboolean in_block;
} Element;

gboolean
vz_state_page_parse (const guint8 *data, gsize size, VzStatePage *ret_page)
{
  VzStatePage page = { 0 };
  gsize at = 8;
  guint64 flags, content;

  if (size < at)
    {
      *ret_page = page;
      return TRUE;
    }
  page.address = vz_read_be64 (data) & ~(guint64) FLAGS;
  flags = vz_read_be64 (data) & FLAGS;
  content = flags & ~(guint64) FLAG_CONTINUE;
  if (content != FLAG_PAGE && content != FLAG_ZERO)
    return FALSE;
  if ((flags & FLAG_CONTINUE) == 0)
    {
      page.block_size = size > at ? data[at] : 0;
      page.block = (const char *) data + at + 1;
      at += 1 + page.block_size;
    }
  if (content == FLAG_PAGE)
    page.data = data + at;
  at += content == FLAG_PAGE ? VZ_STATE_PAGE_SIZE : 1;
  if (at <= size)
    {
      if (content == FLAG_ZERO && data[at - 1] != 0)
        return FALSE; /* a page filled with another byte: no QEMU writes them any more */
      page.size = at;
    }
  *ret_page = page;
  return TRUE;
}

VzStateScanner *
vz_state_scanner_new (const char *block)
{
  VzStateScanner *self = g_new0 (VzStateScanner, 1);

  self->block = g_strdup (block);
  self->state = block != NULL ? SETUP : OTHER;
  return self;
}

void
vz_state_scanner_free (VzStateScanner *self)
{
  if (self == NULL)
    return;
  g_free (self->block);
  g_free (self->seen);
  g_free (self);
}

static gboolean
is_block (VzStateScanner *self, const char *name, gsize size)
{
  return strlen (self->block) == size && memcmp (name, self->block, size) == 0;
}

/* The names and sizes of blocks, preceded by their total. Bytes; 0: incomplete or unknown. */
static gsize
read_blocks (VzStateScanner *self, const guint8 *data, gsize size)
{
  guint64 left;
  gsize at = 8;

  if (size < at || (vz_read_be64 (data) & FLAGS) != FLAG_MEMORY_SIZE)
    return 0;
  left = vz_read_be64 (data) & ~(guint64) FLAGS;
  self->size = 0;
  while (left > 0)
    {
      gsize name_size = at < size ? data[at] : 0;
      guint64 length;

      if (name_size == 0 || size - at < 1 + name_size + 8)
        return 0;
      length = vz_read_be64 (data + at + 1 + name_size);
      if (length > left)
        return 0;
      if (is_block (self, (const char *) data + at + 1, name_size))
        self->size = length;
      left -= length;
      at += 1 + name_size + 8;
    }
  return at;
}

/* The end of a section's records and its footer. 0: incomplete or something else. */
static gsize
read_end (VzStateScanner *self, const guint8 *data, gsize size)
{
  return size >= 8 + SECTION_HEAD_SIZE && vz_read_be64 (data) == FLAG_END &&
             data[8] == SECTION_FOOTER && vz_read_be32 (data + 9) == self->section
           ? 8 + SECTION_HEAD_SIZE
           : 0;
}

/* Everything to the end of the section that names the blocks. */
static void
look_at_setup (VzStateScanner *self, const guint8 *data, gsize size, Element *element)
{
  /* Name, instance and version; the type and the number precede it. */
  static const guint8 name[] = { 3, 'r', 'a', 'm', 0, 0, 0, 0, 0, 0, 0, 4 };
  const guint8 *found = memmem (data, size, name, sizeof name);
  gsize at, n;

  element->next = BETWEEN;
  if (found == NULL || found - data < SECTION_HEAD_SIZE ||
      *(found - SECTION_HEAD_SIZE) != SECTION_START)
    return;
  self->section = vz_read_be32 (found - 4);
  at = (gsize) (found - data) + sizeof name;
  n = read_blocks (self, data + at, size - at);
  if (n == 0)
    return;
  at += n;
  n = read_end (self, data + at, size - at);
  if (n > 0)
    element->size = at + n;
}

static void
look_between (VzStateScanner *self, const guint8 *data, gsize size, Element *element)
{
  element->next = PAGES;
  if (size < SECTION_HEAD_SIZE)
    return;
  element->size = SECTION_HEAD_SIZE;
  if (self->last || (data[0] != SECTION_PART && data[0] != SECTION_END) ||
      vz_read_be32 (data + 1) != self->section)
    element->next = OTHER;
}

static void
look_at_page (VzStateScanner *self, const guint8 *data, gsize size, Element *element)
{
  VzStatePage *page = &element->page;

  element->next = PAGES;
  if (vz_state_page_parse (data, size, page))
    {
      element->size = page->size;
      if (page->size > 0 && page->block != NULL)
        element->in_block = is_block (self, page->block, page->block_size);
      return;
    }
  element->size = read_end (self, data, size);
  element->next = element->size > 0 ? BETWEEN : OTHER;
  if (element->size == 0 && size >= 8 + SECTION_HEAD_SIZE)
    element->size = size; /* unknown data */
}

static Element
look (VzStateScanner *self, const guint8 *data, gsize size)
{
  Element element = { .in_block = self->in_block };

  if (self->state == SETUP)
    look_at_setup (self, data, size, &element);
  else if (self->state == BETWEEN)
    look_between (self, data, size, &element);
  else if (self->state == PAGES)
    look_at_page (self, data, size, &element);
  else
    {
      element.size = size;
      element.next = OTHER;
    }
  return element;
}

/* The byte with the page's bit, which is in @ret_bit; one bit per page. NULL: not of the block. */
static guint8 *
bit_of (VzStateScanner *self, const Element *element, guint8 *ret_bit)
{
  guint64 number = element->page.address / VZ_STATE_PAGE_SIZE;

  if (element->page.size == 0 || !element->in_block || number >= self->size / VZ_STATE_PAGE_SIZE)
    return NULL;
  *ret_bit = (guint8) (1 << number % 8);
  return &self->seen[number / 8];
}

static gboolean
is_new_page (VzStateScanner *self, const Element *element)
{
  guint8 bit;
  const guint8 *seen = bit_of (self, element, &bit);

  return seen != NULL && (*seen & bit) == 0;
}

static void
take (VzStateScanner *self, const guint8 *data, const Element *element)
{
  guint8 bit;
  guint8 *seen = bit_of (self, element, &bit);

  if (seen != NULL)
    *seen |= bit;
  if (self->state == SETUP && element->next == BETWEEN)
    self->seen = g_malloc0 (self->size / VZ_STATE_PAGE_SIZE / 8 + 1);
  if (self->state == BETWEEN)
    self->last = data[0] == SECTION_END;
  self->in_block = element->in_block;
  self->state = element->next;
}

gboolean
vz_state_scanner_extend (VzStateScanner *self, const guint8 *data, gsize size, gboolean more,
                         VzStatePart *part)
{
  while (part->size < size)
    {
      Element element = look (self, data + part->size, size - part->size);
      guint64 region = element.page.address / REGION_SIZE;
      gboolean is_new = is_new_page (self, &element);
      /* A record that names its block stays in the rest, for later records there that do not. */
      gboolean pages = is_new && element.page.block == NULL;

      if (element.size == 0 && part->size == 0 &&
          (!more || (self->state == SETUP && size >= VZ_STATE_ELEMENT_MAX)))
        {
          self->state = OTHER; /* it will never be recognized */
          continue;
        }
      if (element.size == 0)
        return !more;
      if (part->size > 0 &&
          (pages != part->pages || (part->size >= PART_SIZE && region != part->region)))
        return TRUE;
      take (self, data + part->size, &element);
      part->memory += is_new ? VZ_STATE_PAGE_SIZE : 0;
      part->pages = pages;
      part->region = region;
      part->size += element.size;
    }
  return !more;
}
