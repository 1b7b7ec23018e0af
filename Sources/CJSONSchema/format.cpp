#include "format.hpp"

#include <arpa/inet.h>
#include <cctype>
#include <cstring>

namespace {
    /// Reads a text from its start to its end.
    struct Reader {
        const std::string &text;
        size_t at = 0;

        bool isAtEnd() const { return at == text.size(); }

        bool skip(char wanted) {
            if (isAtEnd() || text[at] != wanted) return false;
            at++;
            return true;
        }

        bool skipAny(const char *wanted) {
            if (isAtEnd() || text[at] == 0 || !std::strchr(wanted, text[at])) return false;
            at++;
            return true;
        }

        /// That many digits; -1 where there are fewer.
        int number(int digits) {
            int value = 0;
            for (int index = 0; index < digits; index++, at++) {
                if (isAtEnd() || text[at] < '0' || text[at] > '9') return -1;
                value = value * 10 + (text[at] - '0');
            }
            return value;
        }

        /// One digit or more.
        bool digits() {
            const size_t start = at;
            while (!isAtEnd() && text[at] >= '0' && text[at] <= '9') at++;
            return at > start;
        }
    };

    bool isBetween(int value, int lowest, int highest) { return value >= lowest && value <= highest; }

    bool readDate(Reader &reader) {
        const int year = reader.number(4);
        if (year < 0 || !reader.skip('-')) return false;
        const int month = reader.number(2);
        if (!isBetween(month, 1, 12) || !reader.skip('-')) return false;
        const bool isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        const int days[] = {31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
        return isBetween(reader.number(2), 1, days[month - 1]);
    }

    bool readTime(Reader &reader) {
        const int hour = reader.number(2);
        if (!isBetween(hour, 0, 23) || !reader.skip(':')) return false;
        const int minute = reader.number(2);
        if (!isBetween(minute, 0, 59) || !reader.skip(':')) return false;
        const int second = reader.number(2);
        if (!isBetween(second, 0, 60)) return false;
        if (reader.skip('.') && !reader.digits()) return false;
        int offset = 0;
        if (!reader.skipAny("Zz")) {
            const bool isEast = reader.skip('+');
            if (!isEast && !reader.skip('-')) return false;
            const int hours = reader.number(2);
            if (!isBetween(hours, 0, 23) || !reader.skip(':')) return false;
            const int minutes = reader.number(2);
            if (!isBetween(minutes, 0, 59)) return false;
            offset = (isEast ? 1 : -1) * (hours * 60 + minutes);
        }
        // A leap second is the last one of a day at Greenwich.
        return second < 60 || (hour * 60 + minute - offset + 2880) % 1440 == 1439;
    }

    bool isDate(const std::string &text) {
        Reader reader{text};
        return readDate(reader) && reader.isAtEnd();
    }

    bool isTime(const std::string &text) {
        Reader reader{text};
        return readTime(reader) && reader.isAtEnd();
    }

    bool isDateTime(const std::string &text) {
        Reader reader{text};
        return readDate(reader) && reader.skipAny("Tt") && readTime(reader) && reader.isAtEnd();
    }

    bool holdsSpaceOrControl(const std::string &text) {
        for (const unsigned char byte : text) {
            if (byte <= ' ' || byte == 0x7f) return true;
        }
        return false;
    }

    bool isEmail(const std::string &text) {
        const size_t at = text.rfind('@');
        if (at == std::string::npos || at == 0 || at + 1 == text.size()) return false;
        const bool isQuoted = text[0] == '"' && at > 1 && text[at - 1] == '"';
        if (isQuoted) return true;
        return !holdsSpaceOrControl(text) && text.find('@') == at && text[0] != '.' && text[at - 1] != '.'
            && text.substr(0, at).find("..") == std::string::npos;
    }

    bool isURI(const std::string &text) {
        size_t at = 0;
        if (!std::isalpha(static_cast<unsigned char>(text[0]))) return false;
        while (at < text.size() && (std::isalnum(static_cast<unsigned char>(text[at])) || (text[at] != 0 && std::strchr("+-.", text[at])))) at++;
        if (at == text.size() || text[at] != ':') return false;
        for (const unsigned char byte : text) {
            if (byte <= ' ' || byte == 0x7f || std::strchr("<>\"{}|\\^`", byte)) return false;
        }
        return true;
    }

    bool isUUID(const std::string &text) {
        if (text.size() != 36) return false;
        for (size_t index = 0; index < text.size(); index++) {
            const bool isDash = index == 8 || index == 13 || index == 18 || index == 23;
            if (isDash ? text[index] != '-' : !std::isxdigit(static_cast<unsigned char>(text[index]))) return false;
        }
        return true;
    }

    bool isAddress(const std::string &text, int family) {
        unsigned char address[16];
        return text.find('\0') == std::string::npos && inet_pton(family, text.c_str(), address) == 1;
    }

    bool isHostname(const std::string &text) {
        if (text.size() > 253) return false;
        size_t label = 0;
        for (size_t index = 0; index <= text.size(); index++) {
            if (index < text.size() && text[index] != '.') {
                const auto byte = static_cast<unsigned char>(text[index]);
                if (!std::isalnum(byte) && byte != '-') return false;
                if (++label > 63) return false;
                continue;
            }
            if (label == 0 || text[index - label] == '-' || text[index - 1] == '-') return false;
            label = 0;
        }
        return true;
    }
}

bool isOfFormat(const std::string &text, const std::string &format) {
    if (text.empty()) return true;
    if (format == "date") return isDate(text);
    if (format == "date-time") return isDateTime(text);
    if (format == "time") return isTime(text);
    if (format == "email") return isEmail(text);
    if (format == "uri") return isURI(text);
    if (format == "uuid") return isUUID(text);
    if (format == "ipv4") return isAddress(text, AF_INET);
    if (format == "ipv6") return isAddress(text, AF_INET6);
    if (format == "hostname") return isHostname(text);
    return true;
}
