#include "test.h"
void test_main(void) {}
