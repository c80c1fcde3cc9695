// Who is calling, as far as a route needs to know. Values; safe from any thread.
#pragma once

#include "base/result.hpp"

#include <array>
#include <initializer_list>
#include <string_view>

namespace sallyport::access {

enum class Role {
    None,     // nobody signed in
    Operator, // runs the installation; may everything
    Officer,  // decides at a checkpoint
    Kiosk,    // the traveler's screen: opens transactions, sends pictures, sees no names
    Carrier,  // sends passenger lists
    // Of people with accounts of their own (access/accounts.hpp):
    Supervisor,     // decides what an officer referred
    GateAgent,      // works at a gate for a carrier; sees verdicts, no pictures and no names
    PrivacyOfficer, // orders, holds, redress
    Overseer,       // reads reports and the log, changes nothing
};

inline constexpr std::array all_roles{
    Role::None,
    Role::Operator,
    Role::Officer,
    Role::Kiosk,
    Role::Carrier,
    Role::Supervisor,
    Role::GateAgent,
    Role::PrivacyOfficer,
    Role::Overseer
};

[[nodiscard]] std::string_view role_name(Role role); // "none", "operator", ...
// InvalidArgument unless it is the name of a role somebody can sign in with ("none" is not).
[[nodiscard]] Result<Role> role_from_name(std::string_view name);

// The roles that may use a route. A set that holds None is open to everybody.
class RoleSet {
public:
    constexpr RoleSet() = default;
    constexpr RoleSet(std::initializer_list<Role> roles) {
        for (const Role role : roles) {
            bits_ |= bit(role);
        }
    }
    [[nodiscard]] constexpr bool holds(Role role) const { return (bits_ & bit(role)) != 0; }
    [[nodiscard]] constexpr bool allows(Role role) const {
        return holds(Role::None) || holds(role);
    }
    constexpr bool operator==(const RoleSet&) const = default;

private:
    [[nodiscard]] static constexpr unsigned bit(Role role) {
        return 1U << static_cast<unsigned>(role);
    }
    unsigned bits_ = 0;
};

// Roles that a start token can give: those of this machine and its devices. The others belong to
// people who sign in with an account.
[[nodiscard]] constexpr bool given_by_token(Role role) {
    return role == Role::Operator || role == Role::Officer || role == Role::Kiosk ||
           role == Role::Carrier;
}

} // namespace sallyport::access
