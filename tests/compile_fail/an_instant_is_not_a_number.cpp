// error: conversion from .*int.* to .*stook::timestamp
// A number has no unit and no epoch: from_seconds() and from_micros() name them.
#include <stook/core/time.hpp>

#ifdef STOOK_RIGHT
stook::timestamp start = stook::timestamp::from_seconds(1'700'000'000);
#else
stook::timestamp start = 1'700'000'000;
#endif
