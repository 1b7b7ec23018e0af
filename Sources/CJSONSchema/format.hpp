#pragma once
#include <string>

/// Whether a text is of a `format`. Formats that are not known here pass, and so does the empty text: specifications use it
/// for "not given".
bool isOfFormat(const std::string &text, const std::string &format);
