// State codes of the zone. Sources: ISO 3166-1 alpha-3 (the officially assigned codes) and ICAO Doc
// 9303-3 section 5, which adds Germany's one letter, the British classes of nationality, the codes
// of organisations and those of persons without a defined nationality.
#include "documents/mrz.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace sallyport::documents {
namespace {

constexpr std::size_t iso_code_count = 249;

// In alphabetical order, four characters each: a sorted table without a pointer per code.
constexpr std::string_view iso_codes =
    "ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN "
    "BES BFA BGD BGR BHR BHS BIH BLM BLR BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN "
    "CCK CHE CHL CHN CIV CMR COD COG COK COL COM CPV CRI CUB CUW CXR CYM CYP CZE DEU "
    "DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH FIN FJI FLK FRA FRO FSM GAB GBR "
    "GEO GGY GHA GIB GIN GLP GMB GNB GNQ GRC GRD GRL GTM GUF GUM GUY HKG HMD HND HRV "
    "HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA JAM JEY JOR JPN KAZ KEN KGZ KHM "
    "KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC MAF MAR MCO MDA "
    "MDG MDV MEX MHL MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM "
    "NCL NER NFK NGA NIC NIU NLD NOR NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL "
    "PRI PRK PRT PRY PSE PYF QAT REU ROU RUS RWA SAU SDN SEN SGP SGS SHN SJM SLB SLE "
    "SLV SMR SOM SPM SRB SSD STP SUR SVK SVN SWE SWZ SXM SYC SYR TCA TCD TGO THA TJK "
    "TKL TKM TLS TON TTO TUN TUR TUV TWN TZA UGA UKR UMI URY USA UZB VAT VCT VEN VGB "
    "VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE";
static_assert(iso_codes.size() == iso_code_count * 4 - 1);

constexpr auto icao_codes = std::to_array<std::string_view>({
    "D",                               // Germany
    "GBD", "GBN", "GBO", "GBP", "GBS", // British, other than British citizen
    "RKS",                             // Kosovo
    "NTZ",                             // neutral zone
    "EUE",                             // European Union
    "UNO", "UNA", "UNK",               // United Nations, its agencies, its mission in Kosovo
    "IAO",                             // ICAO itself
    "XBA",                             // African Development Bank
    "XCC",                             // Caribbean Community
    "XCE",                             // Council of Europe
    "XCO",                             // Common Market for Eastern and Southern Africa
    "XDC",                             // Southern African Development Community
    "XEC",                             // Economic Community of West African States
    "XES",                             // Organization of Eastern Caribbean States
    "XIM",                             // African Export-Import Bank
    "XMP",                             // Parliamentary Assembly of the Mediterranean
    "XOM",                             // Sovereign Military Order of Malta
    "XPO",                             // Interpol
    "XXA",                             // stateless (1954 convention)
    "XXB",                             // refugee (1951 convention)
    "XXC",                             // refugee, other
    "XXX",                             // nationality not specified
    "UTO",                             // Utopia, of specimens
});

std::string_view without_fillers(std::string_view code) {
    return code.substr(0, code.find_last_not_of('<') + 1);
}

} // namespace

std::string iso_code_of_mrz(std::string_view code) {
    const std::string_view plain = without_fillers(code);
    return std::string(plain == "D" ? "DEU" : plain);
}

bool is_known_state_code(std::string_view code) {
    const std::string_view plain = without_fillers(code);
    if (std::find(icao_codes.begin(), icao_codes.end(), plain) != icao_codes.end()) {
        return true;
    }
    // A found place must be the start of a code; blanks in the question would span two.
    return plain.size() == 3 && plain.find(' ') == std::string_view::npos &&
           iso_codes.find(plain) != std::string_view::npos;
}

} // namespace sallyport::documents
