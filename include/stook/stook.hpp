#pragma once

// All of stook that a program needs to build agents: the only include that its examples use.

#include <stook/agent/agent.hpp>
#include <stook/chat/message.hpp>
#include <stook/core/codec.hpp>
#include <stook/core/describe.hpp>
#include <stook/core/error.hpp>
#include <stook/core/schema.hpp>
#include <stook/core/time.hpp>
#include <stook/models/anthropic.hpp>
#include <stook/models/openai.hpp>
#include <stook/models/openai_responses.hpp>
#include <stook/models/rule_model.hpp>
#include <stook/models/scripted_model.hpp>
#include <stook/tool/toolset.hpp>
