"""What a column's header says, in English, French, German, Spanish and Italian.

Words only: no value is looked at here, and nothing is decided. A header is read as its words, without accents and capitals.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def plain(text: str) -> str:
    """Return a text without accents and capitals.

    >>> plain("Prénom")
    'prenom'
    """
    spelt = text.replace("ß", "ss").replace("ẞ", "SS").replace("œ", "oe").replace("€", " EUR ")
    apart = unicodedata.normalize("NFKD", spelt)
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).casefold()


def words(header: str) -> tuple[str, ...]:
    """Return the words of a header.

    >>> words("Date de naissance"), words("loanStatus_12M")
    (('date', 'de', 'naissance'), ('loan', 'status', '12', 'm'))
    """
    parted = re.sub(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])", " ", _CAMEL.sub(" ", header))
    return tuple(re.findall(r"[^\W_]+", plain(parted)))


@dataclass(frozen=True, slots=True)
class Meaning:
    """What headers of one meaning have in common.

    Attributes
    ----------
    whole
        Words, or words that follow each other, any of which says it.
    begins
        Beginnings of words that say it.
    unless
        Words beside which it says something else.
    """

    whole: frozenset[str]
    begins: tuple[str, ...] = ()
    unless: frozenset[str] = frozenset()

    def is_said_by(self, header: str) -> bool:
        """Return whether a header says this."""
        found = words(header)
        if self.unless & set(found):
            return False
        text = f" {' '.join(found)} "
        return any(f" {said} " in text for said in self.whole) or any(
            word.startswith(self.begins) for word in found if self.begins
        )


def _meaning(whole: str, begins: str = "", unless: str = "") -> Meaning:
    """Return a meaning from words parted by commas."""

    def listed(text: str) -> list[str]:
        return [word.strip() for word in text.split(",") if word.strip()]

    return Meaning(frozenset(listed(whole)), tuple(listed(begins)), frozenset(listed(unless)))


_THINGS = (
    "product, produit, produkt, producto, prodotto, branch, agence, filiale, sucursal, company, firma, file, fichier, datei, "
    "model, modele, brand, marque, column, type, typ, tipo, category, campaign, group, groupe, scheme, "
    "plan, store, bank, banque"
)

# --- persons -------------------------------------------------------------------------------------------------------------

PERSON = _meaning(
    "name, names, fullname, full name, nom, prenom, prenoms, noms, vorname, nachname, familienname, surname, lastname, "
    "firstname, forename, nombre, nombres, apellido, apellidos, cognome, nome, nominativo, patronyme, client name, kundenname",
    unless=_THINGS + ", user, nombre de, number, anzahl",
)
EMAIL = _meaning("email, e mail, mail, courriel, correo, mel", begins="email", unless="count, n, nb, number, opt")
PHONE = _meaning(
    "phone, tel, mobile, portable, gsm, fax, handy, cellulare, movil, msisdn, whatsapp",
    begins="telephon, telefon, telefono, cellphone, phonen",
    unless="flag, has, flg, days, count, type, change, n, nb, own, available",
)
NATIONAL_NUMBER = _meaning(
    "nir, ssn, nino, bsn, dni, nie, nif, nss, numero de securite sociale, securite sociale, "
    "social security, sozialversicherung, "
    "steuer id, steuerid, steuernummer, codice fiscale, numero national, national number, national id, national insurance, "
    "rijksregisternummer, burgerservicenummer, seguridad social, tax id, passport, passeport, reisepass, pasaporte",
    begins="sozialversicherungsnummer, steueridentifikation, personalausweis",
)
ADDRESS = _meaning(
    "address, adresse, rue, street, strasse, anschrift, direccion, domicilio, indirizzo, via, calle, street name, addr",
    begins="address, adress",
    unless="mail, email, e, type, ip, match, state, city, county, country, region, months, years, time, since, "
    "depuis, seit, at, change, changes",
)
BIRTH = _meaning(
    "birth, birthday, birthdate, dob, naissance, ddn, naiss, geburtstag, nacimiento, nascita, natus, born",
    begins="geburts, birthd",
    unless="place, lieu, ort, city, country, pays, luogo, lugar, land",
)
FREE_TEXT = _meaning(
    "comment, comments, commentaire, commentaires, remark, remarks, remarque, note, notes, bemerkung, bemerkungen, kommentar, "
    "observaciones, observacion, comentario, osservazioni, commento, notas, description, libelle, desc, memo"
)
SINCE = _meaning(
    "open, opened, opening, ouverture, entree, since, depuis, seit, relation, start, begin, account, "
    "contrat, contract, credit, "
    "issue, booking, emission, application, demande, eroeffnung, apertura, embauche, hire, hired, employment"
)

# --- protected attributes --------------------------------------------------------------------------------------------------

GENDER = _meaning(
    "sex, gender, sexe, genre, geschlecht, sexo, genero, sesso, genere, civilite, anrede, salutation, male, female, femme",
    unless="product, produit, film",
)
AGE = _meaning(
    "age, alter, edad, eta, ages",
    unless="car, account, credit, vehicle, loan, months, oldest, newest, company, business, building, file, house, average",
)
NATIONALITY = _meaning(
    "nationality, nationalite, citizenship, nacionalidad, nazionalita, cittadinanza, nationalitaet, foreign, foreigner, "
    "foreign worker, auslaender, auslander, etranger, extranjero, straniero, citizen, national, immigrant, migrant, residency",
    begins="staatsangehorig, staatsangehoerig, staatsburger, auslander",
    unless="id, number, numero, insurance",
)
MARITAL = _meaning(
    "marital, marriage, married, matrimonial, situation familiale, family status, familienstand, estado civil, stato civile, "
    "etat civil, civil status, conyugal, personal status, familiale",
    begins="marital, marriage, matrimonial",
)
DISABILITY = _meaning(
    "disability, disabled, handicap, handicape, invalidite, behinderung, schwerbehinderung, discapacidad, disabilita, health, "
    "sante, gesundheit, salud, salute, illness, sick, pregnancy, pregnant, grossesse, schwanger",
)
RELIGION = _meaning("religion, religious, konfession, faith, church, religione, confession, culte, kirche, croyance")
ORIGIN = _meaning(
    "race, ethnic, ethnicity, ethnie, origin, origine, herkunft, origen, etnia, colour, color, skin, "
    "races, ethnicite, minority",
    unless="car, vehicle, loan, credit, channel, balance, amount, product, percent, population, funds",
)
OPINION = _meaning("union, syndicat, gewerkschaft, sindicato, sindacato, political, politique, partei", unless="credit")
ORIENTATION = _meaning("orientation, sexual orientation, sexuality, orientation sexuelle, orientacion sexual")

PROTECTED: dict[str, Meaning] = {
    "gender": GENDER,
    "age": AGE,
    "nationality": NATIONALITY,
    "marital status": MARITAL,
    "disability or health": DISABILITY,
    "religion": RELIGION,
    "origin": ORIGIN,
    "opinion or union": OPINION,
    "sexual orientation": ORIENTATION,
}
PLACE = _meaning(
    "zip, zipcode, postcode, postal, zip code, postal code, code postal, plz, postleitzahl, cap, "
    "codigo postal, region, commune, "
    "city, ville, stadt, ciudad, citta, county, state, district, departement, provincia, province, "
    "tract, neighborhood, quartier",
    unless="rating, population, current, account",
)

# --- roles -----------------------------------------------------------------------------------------------------------------

TARGET = _meaning(
    "default, defaulted, default payment, target, bad, bads, good bad, gb, y, class, creditability, risk, outcome, label, "
    "kredit, loan status, credit risk, defaut, impaye, impayes, ausfall, ausgefallen, mora, impago, moroso, morosidad, "
    "insolvenza, insolvente, sinistre, incidente, response, charged off, chargeoff, npl, seriousdlqin, dlq, incident, "
    "serious dlqin, resultat, ergebnis, resultado, esito, good, loan default, bonite, repaid, paid back, rembourse, dpd",
    begins="default, defaill, ausfall, impag, incumpl, insolv, delinq, chargeoff, dlqin",
    unless="score, amount, rate, number, count, id, months, date, months since, grade, type, inquiries, nombre, "
    "n, nb, file, previous, prior, history, hist, past, antecedents",
)
IS_GOOD = _meaning("good, creditability, repaid, paid back, rembourse, paid, solvent, bonite, performing, kredit, sain")
IDENTIFIER = _meaning(
    "id, ids, identifier, identifiant, key, no, num, numero, nummer, number, reference, ref, dossier, kennung, codigo, codice, "
    "kundennummer, clave, sk, uuid, guid, index, lfd, row, ligne",
    begins="antragsnummer, kundennr, vertragsnummer, identif",
    unless="amount, rate, days, months, dependents, inquiries, accounts, loans, of, de, score, type",
)
DATE = _meaning(
    "date, datum, fecha, data, month, mois, monat, mes, mese, cohort, cohorte, vintage, period, periode, issue d, quarter, dt",
    unless="birth, naissance, nacimiento, nascita, geburt, geburtsdatum, in, of, n, nb, count",
)
APPLICATION = _meaning(
    "application, demande, antrag, solicitud, domanda, issue, origination, booking, octroi, decision, "
    "cohort, vintage, submitted, "
    "production, contrat",
    begins="antrag",
)
AMOUNT = _meaning(
    "amount, montant, betrag, importe, importo, principal, loan amnt, amnt, loan amount, credit amount, capital, kredithoehe, "
    "kreditbetrag, monto, kredithohe, amt, limit bal, prestamo, loan",
    begins="kreditbetrag, kredithoh, darlehens",
    unless="income, revenu, revenus, ingresos, reddito, einkommen, status, savings, epargne, pay, bill, due, annuity, rate, "
    "term, duration, payment, other, type, purpose, number, previous, prev, paid, recovered, remaining, "
    "past, to, ratio, percent",
)
DECISION = _meaning(
    "decision, approved, accepted, accepte, funded, booked, action taken, statut dossier, "
    "statut du dossier, statut demande, statut de la demande, accord, entscheidung, genehmigt, "
    "aprobado, approvato, esito domanda, application status, loan decision, granted, accorde, approval, "
    "declined, rejected, refuse",
    unless="default, risk, reason, motif, date",
)
SCORE = _meaning("score, scores, pd, rating, note interne, scoring, punteggio, puntaje, puntuacion", unless="default")
LATE = _meaning(
    "recoveries, recovered, recovery, recouvrement, reminder, reminders, relance, relances, mahnung, mahnungen, collection, "
    "collections, last payment, total paid, settlement, writeoff, written off, hardship, charged, solleciti, recordatorios",
    begins="recover, mahn, relance, remind, recouvr",
)
CODED = _meaning(
    "code, type, typ, tipo, status, statut, category, categorie, kategorie, class, purpose, objet, zweck, finalidad, scopo, "
    "reason, motif, education, marriage, marital, sex, gender, sexe, occupation, profession, job, beruf, housing, logement, "
    "wohnung, branch, agence, region, channel, canal, kanal, canale, product, produit, race, ethnicity, county, state, sector, "
    "secteur, industry, contract, contrat, guarantor, property, telephone, moral, foreign, laufkont, sparkont, verw, famges",
    unless="number, nombre, anzahl, count, months, mois, years, amount, nb, n, age, rate, time",
)

# --- values of outcomes and decisions --------------------------------------------------------------------------------------

_NOT = "not, no, non, nicht, kein, never, pas, sin, senza"
BAD_OUTCOME = _meaning(
    "bad, default, defaulted, charged, chargeoff, impaye, impayes, defaut, mauvais, schlecht, ausfall, "
    "ausgefallen, malo, moroso, fallido, dudoso, vencido, sofferenza, defaillant, "
    "mora, impago, impagado, incumplimiento, insolvente, insolvenza, cattivo, late, loss, npl, "
    "delinquent, contentieux, douteux, "
    "risky, high",
    unless=_NOT,
)
GOOD_OUTCOME = _meaning(
    "good, paid, repaid, performing, bon, sain, rembourse, regulier, gut, bezahlt, bueno, pagado, buono, pagato, solvente, "
    "solvent, ok, low, no default, non defaut, not default, al corriente, current, in regola, a jour, vigente",
)
ACCEPTED = _meaning(
    "booked, approved, accepted, accepte, acceptee, accorde, accordee, accord, funded, originated, "
    "granted, genehmigt, angenommen, "
    "bewilligt, aprobado, aprobada, concedido, approvato, approvata, accettato",
    unless=_NOT,
)
REFUSED = _meaning(
    "declined, rejected, refused, refuse, refusee, denied, abgelehnt, rechazado, rechazada, denegado, rifiutato, rifiutata, "
    "respinto, withdrawn, not approved, not accepted, non accorde"
)
CURRENCIES = {
    "EUR": _meaning("eur, euro, euros"),
    "USD": _meaning("usd, dollar, dollars"),
    "GBP": _meaning("gbp, pound, pounds"),
    "CHF": _meaning("chf, franken"),
    "TWD": _meaning("twd, nt, ntd"),
    "PLN": _meaning("pln, zloty"),
    "SEK": _meaning("sek"),
    "CAD": _meaning("cad"),
    "JPY": _meaning("jpy, yen"),
    "INR": _meaning("inr, rupees"),
}
CURRENCY_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR", "zł": "PLN", "CHF": "CHF"}
