/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sound by the kernel's own interface, since no library is in the guest. */
#include "sound.h"

#include <fcntl.h>
#include <sound/asound.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define RATE 44100
#define PERIOD 1024 /* frames */
#define MAX_CONTROLS 64

/* Linux starts with everything muted. */
static void
turn_up (int card, struct snd_ctl_elem_id *id)
{
  struct snd_ctl_elem_info info = { .id = *id };
  struct snd_ctl_elem_value value = { .id = *id };

  if (strstr ((const char *) id->name, "Playback") == NULL &&
      strstr ((const char *) id->name, "Capture") == NULL)
    return;
  if (ioctl (card, SNDRV_CTL_IOCTL_ELEM_INFO, &info) != 0 ||
      (info.type != SNDRV_CTL_ELEM_TYPE_BOOLEAN && info.type != SNDRV_CTL_ELEM_TYPE_INTEGER))
    return;
  for (unsigned i = 0; i < info.count; i++)
    value.value.integer.value[i] =
      info.type == SNDRV_CTL_ELEM_TYPE_BOOLEAN ? 1 : info.value.integer.max;
  ioctl (card, SNDRV_CTL_IOCTL_ELEM_WRITE, &value);
}

static int
turn_all_up (void)
{
  static struct snd_ctl_elem_id ids[MAX_CONTROLS];
  struct snd_ctl_elem_list list = { .space = MAX_CONTROLS, .pids = ids };
  int card = open ("/dev/snd/controlC0", O_RDWR | O_CLOEXEC);

  if (card < 0)
    return 0;
  if (ioctl (card, SNDRV_CTL_IOCTL_ELEM_LIST, &list) == 0)
    for (unsigned i = 0; i < list.used; i++)
      turn_up (card, &ids[i]);
  close (card);
  return 1;
}

static void
set_interval (struct snd_pcm_hw_params *params, int which, unsigned value)
{
  struct snd_interval *interval = &params->intervals[which - SNDRV_PCM_HW_PARAM_FIRST_INTERVAL];

  interval->min = interval->max = value;
  interval->integer = 1;
}

static void
set_mask (struct snd_pcm_hw_params *params, int which, unsigned bit)
{
  struct snd_mask *mask = &params->masks[which - SNDRV_PCM_HW_PARAM_FIRST_MASK];

  memset (mask, 0, sizeof *mask);
  mask->bits[bit / 32] = 1u << (bit % 32);
}

static int
configure (int stream)
{
  struct snd_pcm_hw_params params;

  memset (&params, 0, sizeof params);
  for (int i = 0; i <= SNDRV_PCM_HW_PARAM_LAST_MASK - SNDRV_PCM_HW_PARAM_FIRST_MASK; i++)
    memset (&params.masks[i], 0xff, sizeof params.masks[i]);
  for (int i = 0; i <= SNDRV_PCM_HW_PARAM_LAST_INTERVAL - SNDRV_PCM_HW_PARAM_FIRST_INTERVAL; i++)
    params.intervals[i].max = ~0u;
  params.rmask = ~0u;
  params.info = ~0u;
  set_mask (&params, SNDRV_PCM_HW_PARAM_ACCESS, SNDRV_PCM_ACCESS_RW_INTERLEAVED);
  set_mask (&params, SNDRV_PCM_HW_PARAM_FORMAT, SNDRV_PCM_FORMAT_S16_LE);
  set_interval (&params, SNDRV_PCM_HW_PARAM_CHANNELS, 2);
  set_interval (&params, SNDRV_PCM_HW_PARAM_RATE, RATE);
  set_interval (&params, SNDRV_PCM_HW_PARAM_PERIOD_SIZE, PERIOD);
  set_interval (&params, SNDRV_PCM_HW_PARAM_PERIODS, 8);
  return ioctl (stream, SNDRV_PCM_IOCTL_HW_PARAMS, &params) == 0 &&
         ioctl (stream, SNDRV_PCM_IOCTL_PREPARE) == 0;
}

/* A square wave of that many Hz, for a second. */
static int
play (unsigned frequency)
{
  static short data[PERIOD][2];
  int stream = open ("/dev/snd/pcmC0D0p", O_RDWR | O_CLOEXEC);
  int ok = stream >= 0 && frequency > 0 && configure (stream);

  for (unsigned at = 0; ok && at < RATE; at += PERIOD)
    {
      struct snd_xferi transfer = { .buf = data, .frames = PERIOD };

      for (unsigned i = 0; i < PERIOD; i++)
        data[i][0] = data[i][1] = (at + i) * 2 * frequency / RATE % 2 == 0 ? 8000 : -8000;
      if (ioctl (stream, SNDRV_PCM_IOCTL_WRITEI_FRAMES, &transfer) != 0)
        ok = ioctl (stream, SNDRV_PCM_IOCTL_PREPARE) == 0; /* we were too late */
    }
  if (ok)
    ioctl (stream, SNDRV_PCM_IOCTL_DRAIN); /* fails when all has been played already */
  if (stream >= 0)
    close (stream);
  return ok;
}

/* "peak N": the loudest sample of what is recorded in half a second */
static int
record (int out, const char *path)
{
  static short data[PERIOD][2];
  int stream = open (path, O_RDWR | O_CLOEXEC);
  int ok = stream >= 0 && configure (stream) && ioctl (stream, SNDRV_PCM_IOCTL_START) == 0;
  int peak = 0;

  for (unsigned at = 0; ok && at < RATE / 2; at += PERIOD)
    {
      struct snd_xferi transfer = { .buf = data, .frames = PERIOD };

      ok = ioctl (stream, SNDRV_PCM_IOCTL_READI_FRAMES, &transfer) == 0;
      for (unsigned i = 0; i < PERIOD; i++)
        if (abs (data[i][0]) > peak)
          peak = abs (data[i][0]);
    }
  if (stream >= 0)
    close (stream);
  dprintf (out, "peak %d\n", peak);
  return ok;
}

int
sound_obey (int out, const char *command, const char *argument)
{
  if (strcmp (command, "play") == 0)
    return argument != NULL && turn_all_up () && play ((unsigned) strtoul (argument, NULL, 10));
  if (strcmp (command, "record") == 0)
    return argument != NULL && turn_all_up () && record (out, argument);
  return -1;
}
