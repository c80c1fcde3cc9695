#include "access/roles.hpp"

namespace sallyport::access {

std::string_view role_name(Role role) {
    switch (role) {
    case Role::None:
        return "none";
    case Role::Operator:
        return "operator";
    case Role::Officer:
        return "officer";
    case Role::Kiosk:
        return "kiosk";
    case Role::Carrier:
        return "carrier";
    case Role::Supervisor:
        return "supervisor";
    case Role::GateAgent:
        return "gate_agent";
    case Role::PrivacyOfficer:
        return "privacy_officer";
    case Role::Overseer:
        return "overseer";
    }
    return "none";
}

Result<Role> role_from_name(std::string_view name) {
    for (const Role role : all_roles) {
        if (role != Role::None && role_name(role) == name) {
            return role;
        }
    }
    return fail(ErrorCode::InvalidArgument, "there is no such role");
}

} // namespace sallyport::access
