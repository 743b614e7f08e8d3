/*
 * CMocka with the headers that it wants before it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CMOCKA_ALL_H
#define CMOCKA_ALL_H

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
