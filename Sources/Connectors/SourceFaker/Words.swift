/// What values are made of.
enum Words {
    static let makes = [
        "Alder", "Birch", "Cedar", "Drake", "Egret", "Falcon", "Gannet", "Heron", "Ibis", "Juniper", "Kestrel", "Larch",
        "Merlin", "Nettle", "Osprey", "Plover", "Quail", "Rowan", "Swift", "Teal",
    ]
    static let models = [
        "Arc", "Bolt", "Comet", "Dune", "Echo", "Fjord", "Grove", "Halo", "Iris", "Jade", "Knot", "Loop", "Mesa",
        "Nova",
        "Orbit", "Pike", "Quest", "Ridge", "Sable", "Trail", "Umber", "Vale", "Wave", "Yonder", "Zephyr",
    ]
    static let names = [
        "Ada", "Amir", "Ana", "Anders", "Aoife", "Aylin", "Bela", "Bruno", "Chidi", "Clara", "Daan", "Dilara", "Elena",
        "Emil",
        "Fatima", "Felix", "Freya", "Goran", "Hana", "Hugo", "Ines", "Ivan", "Jonas", "Julia", "Kaito", "Kira", "Lars",
        "Lena", "Malik", "Mei", "Milan", "Nadia", "Noah", "Olga", "Oskar", "Paula", "Priya", "Rafael", "Rosa", "Samir",
        "Sofia", "Tariq", "Uma", "Viktor", "Wanda", "Xenia", "Yusuf", "Zoë",
    ]
    static let titles = ["Mr.", "Mrs.", "Ms.", "Mx.", "Dr.", "Prof.", "B.A.", "B.Sc.", "M.A.", "M.Sc.", "PhD"]
    static let genders = ["Female", "Male", "Nonbinary", "Fluid", "Other"]
    static let languages = [
        "Arabic", "Basque", "Bengali", "Catalan", "Czech", "Danish", "Dutch", "English", "Estonian", "Finnish",
        "French",
        "German", "Greek", "Hausa", "Hindi", "Icelandic", "Irish", "Italian", "Japanese", "Korean", "Maltese",
        "Mandarin",
        "Polish", "Portuguese", "Spanish", "Swahili", "Swedish", "Tamil", "Turkish", "Welsh", "Yoruba", "Zulu",
    ]
    static let degrees = ["Bachelor", "Master", "Doctor", "Diploma"]
    static let nationalities = [
        "Argentine", "Australian", "Brazilian", "Canadian", "Chilean", "Dutch", "Egyptian", "Finnish", "French",
        "German",
        "Ghanaian", "Greek", "Indian", "Irish", "Italian", "Japanese", "Kenyan", "Korean", "Mexican", "Moroccan",
        "Nigerian", "Norwegian", "Peruvian", "Polish", "Portuguese", "Spanish", "Swedish", "Thai", "Turkish",
        "Ukrainian",
    ]
    static let occupations = [
        "Architect", "Baker", "Carpenter", "Chemist", "Cook", "Dentist", "Editor", "Electrician", "Farmer", "Florist",
        "Gardener", "Geologist", "Glazier", "Joiner", "Judge", "Librarian", "Mason", "Mechanic", "Midwife", "Nurse",
        "Optician",
        "Painter", "Pilot", "Plumber", "Potter", "Sailor", "Surveyor", "Tailor", "Teacher", "Translator", "Weaver",
        "Welder",
    ]
    static let bloodTypes = ["A+", "A-", "AB+", "AB-", "B+", "B-", "O+", "O-"]
    static let streets = [
        "Ash Lane", "Bridge Street", "Canal Road", "Church Hill", "Elm Row", "Garden Walk", "Harbour View",
        "High Street",
        "King's Court", "Lake Drive", "Market Place", "Mill Lane", "North Parade", "Orchard Way", "Park Avenue",
        "Quay Street", "River Terrace", "School Lane", "Station Road", "Victoria Square", "West End", "Windmill Close",
    ]
    static let cities = [
        "Ashford", "Brookhaven", "Clearwater", "Dunmore", "Eastfield", "Fairview", "Greenville", "Hillcrest",
        "Ironbridge",
        "Kingsport", "Lakewood", "Maplewood", "Northgate", "Oakdale", "Pinehurst", "Riverside", "Springfield",
        "Westbrook",
    ]
    static let states = [
        "Alabama", "Alaska", "Arizona", "Colorado", "Florida", "Georgia", "Hawaii", "Idaho", "Illinois", "Iowa",
        "Kansas",
        "Maine", "Michigan", "Montana", "Nevada", "New Jersey", "New Mexico", "Ohio", "Oregon", "Texas", "Utah",
        "Vermont",
        "Virginia", "Washington", "Wisconsin", "Wyoming",
    ]
    static let countries = [
        "AR", "AU", "BR", "CA", "CL", "CZ", "DE", "DK", "EG", "ES", "FI", "FR", "GB", "GH", "GR", "IE", "IN", "IT",
        "JP", "KE",
        "KR", "MX", "NG", "NL", "NO", "PE", "PL", "PT", "SE", "TH", "TR", "UA", "US", "ZA",
    ]
}
