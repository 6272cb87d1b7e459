/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/engine/vz-state-stream.h"

#include <string.h>

#define PAGES 1200 /* of the block; more than two regions */
#define BUFFER (9 * 256 * 1024)
#define SECTION 2

#define ZERO 0x02u
#define PAGE 0x08u
#define END 0x10u
#define CONTINUE 0x20u

static void
put (GByteArray *bytes, guint64 value, guint size)
{
  guint64 big = GUINT64_TO_BE (value);

  g_byte_array_append (bytes, (const guint8 *) &big + sizeof big - size, size);
}

static void
put_name (GByteArray *bytes, const char *name)
{
  put (bytes, strlen (name), 1);
  g_byte_array_append (bytes, (const guint8 *) name, (guint) strlen (name));
}

static void
put_setup (GByteArray *bytes)
{
  g_byte_array_append (bytes, (const guint8 *) "QEVM\0\0\0\3\7\0\0\0\3q35", 16);
  put (bytes, 0x01, 1);
  put (bytes, SECTION, 4);
  put_name (bytes, "ram");
  put (bytes, 0, 4);
  put (bytes, 4, 4);
  put (bytes, (PAGES + 16) * VZ_STATE_PAGE_SIZE | 0x04, 8);
  put_name (bytes, "pc.bios");
  put (bytes, 16 * VZ_STATE_PAGE_SIZE, 8);
  put_name (bytes, "pc.ram");
  put (bytes, PAGES * VZ_STATE_PAGE_SIZE, 8);
  put (bytes, END, 8);
  put (bytes, 0x7e, 1);
  put (bytes, SECTION, 4);
}

/* @name: the block's, NULL if it is the previous page's. @value 0: a page of zeros. */
static void
put_page (GByteArray *bytes, const char *name, guint number, guint8 value)
{
  guint8 data[VZ_STATE_PAGE_SIZE];

  put (bytes,
       number * (guint64) VZ_STATE_PAGE_SIZE | (value != 0 ? PAGE : ZERO) |
         (name == NULL ? CONTINUE : 0),
       8);
  if (name != NULL)
    put_name (bytes, name);
  memset (data, value, sizeof data);
  g_byte_array_append (bytes, data, value != 0 ? sizeof data : 1);
}

static void
begin_section (GByteArray *bytes, guint type)
{
  put (bytes, type, 1);
  put (bytes, SECTION, 4);
}

static void
end_section (GByteArray *bytes)
{
  put (bytes, END, 8);
  put (bytes, 0x7e, 1);
  put (bytes, SECTION, 4);
}

/* Two blocks, three sections, pages that appear twice; then devices, which look like pages. */
static GByteArray *
make_stream (void)
{
  GByteArray *bytes = g_byte_array_new ();

  put_setup (bytes);
  begin_section (bytes, 0x02);
  put_page (bytes, "pc.ram", 0, 1);
  for (guint i = 1; i < 700; i++)
    put_page (bytes, NULL, i, i % 3 == 0 ? 0 : (guint8) (i % 250 + 1));
  end_section (bytes);
  begin_section (bytes, 0x02);
  for (guint i = 700; i < PAGES; i++)
    put_page (bytes, NULL, i, (guint8) (i % 250 + 1));
  put_page (bytes, "pc.bios", 3, 77);
  put_page (bytes, NULL, 4, 78);
  end_section (bytes);
  begin_section (bytes, 0x03);
  put_page (bytes, NULL, 5, 79);
  put_page (bytes, "pc.ram", 0, 0);
  put_page (bytes, NULL, 8, 201);
  put_page (bytes, NULL, 10, 0);
  put_page (bytes, NULL, 900, 202);
  end_section (bytes);
  put (bytes, 0x04, 1);
  put_page (bytes, NULL, 1, 250);
  return bytes;
}

/* What becomes of the blocks. */
typedef struct {
  guint8 ram[PAGES];
  guint8 bios[16];
} Memory;

/* As QEMU reads pages; other bytes are skipped. */
static void
load_page (Memory *memory, const VzStatePage *page, guint8 **block)
{
  if (page->block != NULL)
    *block = page->block_size == 6 ? memory->ram : memory->bios;
  g_assert_nonnull (*block); /* a page of the previous block, of which there was none */
  (*block)[page->address / VZ_STATE_PAGE_SIZE] = page->data != NULL ? page->data[100] : 0;
}

typedef struct {
  GByteArray *pages;
  GByteArray *rest;
  GByteArray *all;
  guint n_parts;
  guint64 memory;
} Parts;

/* Cuts the stream as it arrives, @step bytes at a time. */
static void
cut (GByteArray *stream, gsize step, Parts *parts)
{
  g_autoptr (VzStateScanner) scanner = vz_state_scanner_new ("pc.ram");
  gsize at = 0, read = 0;

  *parts = (Parts){ g_byte_array_new (), g_byte_array_new (), g_byte_array_new (), 0, 0 };
  while (at < stream->len)
    {
      VzStatePart part = { 0 };

      while (!vz_state_scanner_extend (scanner, stream->data + at, read - at,
                                       read < stream->len && read - at < BUFFER, &part))
        read = MIN (MIN (read + step, at + BUFFER), stream->len);
      g_assert_cmpuint (part.size, >, 0);
      g_byte_array_append (part.pages ? parts->pages : parts->rest, stream->data + at,
                           (guint) part.size);
      g_byte_array_append (parts->all, stream->data + at, (guint) part.size);
      at += part.size;
      parts->n_parts++;
      parts->memory += part.memory;
    }
}

static void
clear (Parts *parts)
{
  g_byte_array_unref (parts->pages);
  g_byte_array_unref (parts->rest);
  g_byte_array_unref (parts->all);
}

/* Follows the sections from the end of the setup to the devices. */
static void
load_sections (Memory *memory, GByteArray *stream)
{
  g_autoptr (GByteArray) setup = g_byte_array_new ();
  guint8 *block = NULL;
  gsize at;

  put_setup (setup);
  at = setup->len;
  g_assert_cmpmem (stream->data, at, setup->data, setup->len);
  while (stream->data[at] != 0x04)
    {
      VzStatePage page;

      at += 5;
      while (vz_state_page_parse (stream->data + at, stream->len - at, &page))
        {
          g_assert_cmpuint (page.size, >, 0);
          load_page (memory, &page, &block);
          at += page.size;
        }
      at += 8 + 5;
      g_assert_cmpuint (at, <, stream->len);
    }
}

static void
test_apart_and_together (void)
{
  g_autoptr (GByteArray) stream = make_stream ();
  g_autofree Memory *whole = g_new0 (Memory, 1);

  load_sections (whole, stream);
  g_assert_cmpuint (whole->ram[0], ==, 0);
  g_assert_cmpuint (whole->ram[8], ==, 201);
  g_assert_cmpuint (whole->bios[5], ==, 79);
  for (gsize step = 1; step < 3 * BUFFER; step = step * 3 + 1)
    {
      g_autofree Memory *memory = g_new0 (Memory, 1);
      guint8 *ram = memory->ram;
      guint n = 0;
      Parts parts;

      cut (stream, step, &parts);
      g_assert_cmpmem (parts.all->data, parts.all->len, stream->data, stream->len);
      for (gsize at = 0; at < parts.pages->len; n++)
        {
          VzStatePage page;

          g_assert_true (vz_state_page_parse (parts.pages->data + at, parts.pages->len - at,
                                              &page));
          g_assert_cmpuint (page.size, >, 0);
          g_assert_null (page.block);
          load_page (memory, &page, &ram);
          at += page.size;
        }
      g_assert_cmpuint (n, ==, PAGES - 1);
      g_assert_cmpuint (parts.memory, ==, PAGES * VZ_STATE_PAGE_SIZE);
      load_sections (memory, parts.rest);
      g_assert_cmpmem (memory, sizeof *memory, whole, sizeof *whole);
      clear (&parts);
    }
}

/* It passes unchanged, and none of it is taken for a page. */
static void
assert_all_rest (GByteArray *stream)
{
  for (gsize step = 1000; step <= 1000 * 1000; step *= 1000)
    {
      Parts parts;

      cut (stream, step, &parts);
      g_assert_cmpuint (parts.pages->len, ==, 0);
      g_assert_cmpmem (parts.rest->data, parts.rest->len, stream->data, stream->len);
      clear (&parts);
    }
}

static void
test_not_understood (void)
{
  g_autoptr (GByteArray) noise = g_byte_array_new (), foreign = g_byte_array_new (),
                         cut_short = make_stream ();

  for (guint i = 0; i < 3 * BUFFER; i++)
    put (noise, i * 2654435761u >> 24, 1);
  assert_all_rest (noise);
  put_setup (foreign);
  begin_section (foreign, 0x02);
  put (foreign, 0x1000 | 0x40, 8); /* a page in another form */
  for (guint i = 0; i < 1000; i++)
    put_page (foreign, NULL, i, 3);
  assert_all_rest (foreign);
  g_byte_array_set_size (cut_short, 60);
  assert_all_rest (cut_short);
  g_byte_array_set_size (cut_short, 0);
  assert_all_rest (cut_short);
}

/* What a section lacks is not looked for beyond its end, or outside of the block. */
static void
test_not_of_the_block (void)
{
  g_autoptr (GByteArray) stream = g_byte_array_new ();

  put_setup (stream);
  begin_section (stream, 0x02);
  put_page (stream, "pc.ram", 0, 1);
  put_page (stream, NULL, PAGES, 2);
  put_page (stream, "pc.bios", 1, 2);
  put_page (stream, NULL, 2, 2);
  end_section (stream);
  begin_section (stream, 0x03);
  end_section (stream);
  begin_section (stream, 0x02); /* after the last */
  put_page (stream, "pc.ram", 1, 1);
  put_page (stream, NULL, 2, 1);
  assert_all_rest (stream);
}

/* A large enough part ends where a huge page does. */
static void
test_regions (void)
{
  g_autoptr (GByteArray) stream = g_byte_array_new ();
  g_autoptr (VzStateScanner) scanner = vz_state_scanner_new ("pc.ram");
  VzStatePart part = { 0 };
  gsize at;

  put_setup (stream);
  begin_section (stream, 0x02);
  put_page (stream, "pc.ram", 0, 1);
  at = stream->len;
  for (guint i = 1; i < 1100; i++)
    put_page (stream, NULL, i, 1);
  g_assert_true (vz_state_scanner_extend (scanner, stream->data, stream->len, TRUE, &part));
  g_assert_cmpuint (part.size, ==, at);
  part = (VzStatePart){ 0 };
  g_assert_true (vz_state_scanner_extend (scanner, stream->data + at, stream->len - at, TRUE,
                                          &part));
  g_assert_true (part.pages);
  g_assert_cmpuint (part.size, ==, 511 * (8 + VZ_STATE_PAGE_SIZE));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/state-stream/apart-and-together", test_apart_and_together);
  g_test_add_func ("/state-stream/not-understood", test_not_understood);
  g_test_add_func ("/state-stream/not-of-the-block", test_not_of_the_block);
  g_test_add_func ("/state-stream/regions", test_regions);
  return g_test_run ();
}
