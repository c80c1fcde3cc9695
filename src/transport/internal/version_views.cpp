// The messages of a flight and what they changed, as JSON.
#include "transport/internal/json_views.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace sallyport::transport {

namespace json = boost::json;

namespace {

json::value text_value(std::string_view text) {
    return json::value(json::string_view(text.data(), text.size()));
}

json::array field_views(std::span<const manifest::FieldChange> fields) {
    json::array views;
    for (const manifest::FieldChange& field : fields) {
        views.push_back(json::object{
            {"field", text_value(field.field)},
            {"before", text_value(field.before)},
            {"after", text_value(field.after)},
        });
    }
    return views;
}

// By the lists alone: whom somebody was known as before, and who opted out, is not told by
// comparing versions.
json::object version_changes(const verification::ListChanges& changes) {
    return {
        {"added", changes.added},
        {"changed", changes.changed},
        {"cancelled", changes.cancelled},
        {"restored", changes.restored},
        {"on_board", changes.on_board},
        {"not_on_board", changes.not_on_board},
    };
}

} // namespace

json::object changes_view(const verification::ListChanges& changes) {
    json::object view = version_changes(changes);
    view["moved"] = changes.moved;
    view["opted_out"] = changes.opted_out;
    return view;
}

json::object version_view(const verification::VersionView& version) {
    json::array notes;
    for (const std::string& note : version.notes) {
        notes.push_back(text_value(note));
    }
    return {
        {"manifest", text_value(version.manifest.hex())},
        {"received_at", text_value(format_instant(version.received_at))},
        {"prepared_at",
         version.prepared_at ? text_value(format_instant(*version.prepared_at))
                             : json::value(nullptr)},
        {"kind", text_value(manifest::list_kind_name(version.kind))},
        {"function", text_value(manifest::list_function_name(version.purpose))},
        {"sender", text_value(version.sender)},
        {"reference", text_value(version.reference)},
        {"travelers", version.travelers},
        {"changes",
         version.changes ? json::value(version_changes(*version.changes)) : json::value(nullptr)},
        {"notes", std::move(notes)},
    };
}

json::object diff_view(const manifest::RollDiff& diff) {
    json::array travelers;
    for (const manifest::RollChange& change : diff.travelers) {
        travelers.push_back(json::object{
            {"change", text_value(manifest::roll_change_name(change.kind))},
            {"family_name", text_value(change.traveler.family_name)},
            {"given_names", text_value(change.traveler.given_names)},
            {"fields", field_views(change.fields)},
        });
    }
    return {{"travelers", std::move(travelers)}, {"flight", field_views(diff.flight)}};
}

} // namespace sallyport::transport
