#include "trace/trace-target_arm_gpc.h"
