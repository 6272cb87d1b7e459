/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "network.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define PROTOCOL 0x88b5 /* for experiments */
#define ANSWER_TIMEOUT_MS 60000

/* A socket for frames of the interface, which is brought up; *@address is its own. */
static int
open_interface (const char *name, unsigned char *address)
{
  struct sockaddr_ll place = { .sll_family = AF_PACKET, .sll_protocol = htons (PROTOCOL) };
  struct ifreq request = { 0 };
  int fd = socket (AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons (PROTOCOL));

  snprintf (request.ifr_name, sizeof request.ifr_name, "%s", name);
  if (fd < 0 || ioctl (fd, SIOCGIFFLAGS, &request) != 0)
    return -1;
  request.ifr_flags |= IFF_UP;
  if (ioctl (fd, SIOCSIFFLAGS, &request) != 0 || ioctl (fd, SIOCGIFHWADDR, &request) != 0)
    return -1;
  memcpy (address, request.ifr_hwaddr.sa_data, ETHER_ADDR_LEN);
  place.sll_ifindex = (int) if_nametoindex (name);
  return bind (fd, (struct sockaddr *) &place, sizeof place) == 0 ? fd : -1;
}

/* To everybody. */
static int
send_frame (const char *name, const char *text)
{
  struct {
    struct ether_header head;
    char text[100];
  } frame = { 0 };
  int fd = open_interface (name, frame.head.ether_shost);
  int ok;

  memset (frame.head.ether_dhost, 0xff, ETHER_ADDR_LEN);
  frame.head.ether_type = htons (PROTOCOL);
  snprintf (frame.text, sizeof frame.text, "%s", text);
  ok = fd >= 0 && send (fd, &frame, sizeof frame, 0) == sizeof frame;
  if (fd >= 0)
    close (fd);
  return ok;
}

/* "listening", and then "frame TEXT" for the first that comes */
static int
hear_frame (int out, const char *name)
{
  unsigned char address[ETHER_ADDR_LEN];
  char frame[1600];
  struct pollfd fd = { .fd = open_interface (name, address), .events = POLLIN };
  int done = 0;

  if (fd.fd < 0)
    return 0;
  dprintf (out, "listening\n");
  while (!done && poll (&fd, 1, ANSWER_TIMEOUT_MS) > 0)
    {
      struct sockaddr_ll from;
      socklen_t size = sizeof from;
      ssize_t n = recvfrom (fd.fd, frame, sizeof frame - 1, 0, (struct sockaddr *) &from, &size);

      if (n <= (ssize_t) sizeof (struct ether_header) || from.sll_pkttype == PACKET_OUTGOING)
        continue;
      frame[n] = '\0';
      dprintf (out, "frame %s\n", frame + sizeof (struct ether_header));
      done = 1;
    }
  close (fd.fd);
  return done;
}

int
network_obey (int out, const char *command, const char *argument)
{
  char name[IFNAMSIZ];
  int at = 0;

  if (strcmp (command, "send-frame") == 0)
    return argument != NULL && sscanf (argument, "%15s %n", name, &at) == 1 &&
           send_frame (name, argument + at);
  if (strcmp (command, "hear-frame") == 0)
    return argument != NULL && hear_frame (out, argument);
  return -1;
}
