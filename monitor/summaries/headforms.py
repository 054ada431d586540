"""The forms in which ``heads`` finds the head noun of a rule without a verb, and what goes with it."""

import re

#: What stands before a head noun and changes nothing of how it is said.
_BEFORE_HEAD = (
    r"(?:(?!(?:and|or|and/or|of|in|on|at|by|to|for|from|with|without|within|during|after|before|than|that|which|who|whose|if|when|"
    r"unless|except|including|such|defined|due|not|no|is|are|was|were|be|been|has|have|had|must|should|may|can|will|"
    r"patients?|subjects?|participants?|people|persons?|individuals?|women|woman|men|males?|females?|adults?|volunteers?|"
    r"the|an?|all|currently|(?:non-)?smokers?|off|never|previously|received|completed|stopped|discontinued|withheld|declined|refus\w+|reject\w+|avoid\w+|await\w+|weaned|"
    r"recommended|contraindicated|missing|despite|since|occurs?|receives?|worsens?|hours?|days?|weeks?|months?|years?|requiring|needing|"
    r"affecting|decreasing|increasing|causing|modifying|inducing|containing|lowering|interfering|weakening|influence|affect|curative|"
    r"medications?|medicines?|group|cohort|arm|part|phase|stage|family|maternal|parental|sibling|household|donor|study|trial|lack|absence)\b)"
    r"[A-Za-z0-9][\w'’/-]*,? (?:(?:and|or|and/or) (?=[\w-]+ [\w-]+))?){0,6}?"  # noqa: RUF001
)
_STOP = (
    r"(?=$|,|;| \(| \[| (?:and|or|and/or|of|in|on|at|by|to|for|from|with|without|within|during|after|before|prior|that|which|"
    r"unless|except|including|such|defined|due|not|requiring|needing|necessitating|than|rendering|making|prohibiting|contraindicating|compromising|posing|active|affecting|interfering|caused|associated|"
    r"related|likely|limiting|suggesting|suggestive|indicative|as|if|other|under|over|since|until|per|despite|considered|"
    r"treated|detected|found|performed|documented|confirmed|judged|deemed|determined|against|between|towards?|regardless|"
    r"because|secondary|involving|resulting|leading|preventing|precluding|present|based|using|occurring|identified|lasting|"
    r"currently|inadequately|poorly|well|adequately|diagnosed|known|measured|seen|shown|proven|whether|≥|≤|>|<|=|where|when|particularly|e\.g\.|i\.e\.)(?:$|[ ,:]))"
)
_THING = (
    r"(?P<head>conditions?|diseases?|disorders?|illness(?:es)?|problems?|infections?|abnormalit(?:y|ies)|values?|results?|findings?|"
    r"tests?|cultures?|signs?|symptoms?|evidence|proof|diagnos[ie]s|sensitivit(?:y|ies)|sensiti[sz]ations?|allerg(?:y|ies)|"
    r"hypersensitivit(?:y|ies)|intolerances?|contraindications?|tumou?rs?|cancers?|malignanc(?:y|ies)|metastas[ei]s|lesions?|"
    r"toxicit(?:y|ies)|neuropathy|reactions?|responses?|exacerbations?|episodes?|attacks?|relapses?|recurrences?|"
    r"progression|remission|resistance|disabilit(?:y|ies)|impairments?|dysfunctions?|defects?|deformit(?:y|ies)|"
    r"malformations?|anomal(?:y|ies)|mutations?|alterations?|rearrangements?|deficienc(?:y|ies)|failure|insufficiency|"
    r"asthma|rhinitis|sinusitis|dermatitis|eczema|urticaria|rhinoconjunctivitis|conjunctivitis|anaphylaxis|hypertension|"
    r"hypotension|diabetes|bleeding|ulcers?|wounds?|fractures?|injur(?:y|ies)|strokes?|seizures?|thrombosis|effusions?|"
    r"fever|pain|hearing loss|weight loss|involvement|compression|histor(?:y|ies)|prognosis|pregnancy test|"
    r"reactivity|eosinophilia|transplants?|implants?|devices?|pacemakers?|immunodeficienc(?:y|ies)|syndromes?|"
    r"complications?|manifestations?|comorbidit(?:y|ies)|co-morbidit(?:y|ies)|carcinomas?|lymphomas?|leuk(?:a)?emias?|"
    r"melanomas?|sarcomas?|glioblastomas?|adenocarcinomas?|neoplasms?|(?:skin )?prick tests?|risk factors?|"
    r"access|need|requirement|plans?|commitments?|obligations?|indications?|circumstances?|factors?|an(?:a)?emia|colitis|hepatitis|"
    r"pancreatitis|pneumonitis|arrhythmias?|side effects?|adverse (?:events?|reactions?)|blood pressure|ECG|electrocardiogram|"
    r"EKG|(?:chest )?x-?ray|CT scan|screen|health|function|status|features?|specimens?|samples?|phenotypes?|antibod(?:y|ies)|"
    r"eruptions?|rash|pregnanc(?:y|ies)|inflammation|obstruction|instability|o?edema|swelling|traits?|positivity|"
    r"immunosuppression|infestations?|invasion|fibrosis|cirrhosis|psoriasis|arthritis|lupus|dementia|epilepsy|polyps?|polyposis|"
    r"hernias?|herniations?|obesity|ascites|emphysema|bronchitis|bronchiectasis|COPD|migraines?|depression|anxiety|stenosis|"
    r"neutropenia|thrombocytopenia|lymphopenia|cardiomyopathy|angina|infarctions?|embolisms?|ha?emorrhages?|nephropathy|"
    r"retinopathy|cataracts?|glaucoma|hyper-?reactivity|vasculitis|myocarditis|pericarditis|esophagitis|encephalopathy|"
    r"tuberculosis|pneumonia|sepsis|psychosis|schizophrenia|angioedema|mastocytosis|lymphadenopathy)"
)
#: What a person undergoes; in a time before it is told as had.
_CARE = (
    r"(?P<head>treatments?|therap(?:y|ies)|immunotherapy|chemotherapy|radiotherapy|chemoradiotherapy|radiation|phototherapy|"
    r"surger(?:y|ies)|surgical procedures?|procedures?|operations?|resections?|transplantations?|vaccinations?|"
    r"immuni[sz]ations?|transfusions?|hospitali[sz]ations?|dialysis|intubations?|ventilation|biops(?:y|ies)|"
    r"(?:emergency (?:room|department) |ER |ED |hospital )visits?|hospital stays?|admissions?|exposure|"
    r"vaccines?|injections?|infusions?|desensiti[sz]ation|anesthesia|plasmapheresis|intervention)"
)
_DRUG = (
    r"(?P<head>medications?|medicines?|drugs?|antibiotics?|antihistamines?|(?:cortico|glucocortico)?steroids?|immunosuppressants?|"
    r"anticoagulants?|antidepressants?|anticonvulsants?|probiotics?|opioids?|(?:[\w-]+ )?inhibitors?|(?:[\w-]+[ -])?blockers?|"
    r"antagonists?|immunomodulators?|supplements?)"
)
_LEADS = r"(?:(?:the|an?|any|some|other) )?"
HAVE = re.compile(rf"^(?P<thing>{_LEADS}{_BEFORE_HEAD}{_THING}{_STOP}.*)$", re.IGNORECASE)
UNDERGO = re.compile(rf"^(?P<thing>{_LEADS}{_BEFORE_HEAD}{_CARE}{_STOP}.*)$", re.IGNORECASE)
USED = re.compile(
    r"^(?P<lead>(?:(?:any|the|current|ongoing|regular|chronic|frequent|daily|concomitant|concurrent|long-term|illicit|"
    r"intermittent|continuous|prolonged|excessive|recreational|simultaneous|active)(?:,| and/or| or| and)? ){0,4})(?:use|usage) of (?P<rest>.+)$",
    re.IGNORECASE,
)
TAKEN = re.compile(rf"^(?P<thing>{_LEADS}{_BEFORE_HEAD}{_DRUG}{_STOP}.*)$", re.IGNORECASE)
FINDING = re.compile(
    r"^(?P<thing>(?:(?:documented|confirmed) )?(?P<head>(?:positive|negative|elevated|raised|abnormal|detectable|impaired|prolonged|insufficient|"
    r"inadequate|poor|reduced|decreased|increased|low|high)) (?!(?:or|and|for|to|in)\b|\()[^,;:]+)$",
    re.IGNORECASE,
)
MEASURED = re.compile(
    r"^(?P<name>(?!(?:patients?|subjects?|participants?|for|if|in|at|with|without|any|has|have|part|cohort|phase|group|arm|documented|increase|change|"
    r"clinical|diagnosis|positive|negative|evidence|signs?|documentation|cases?|episodes?|one|two|three|\w{1,2}[.)])\b)(?!\w{1,2}[.)] )"
    r"(?=[^≥≤<>=]*(?:FEV1|forced expiratory|IgE|\bAST\b|\bALT\b|SGOT|SGPT|transaminase|aminotransferase|bilirubin|creatinine|\bINR\b|"
    r"normali[sz]ed ratio|thromboplastin|prothrombin|aPTT|platelet|neutrophil|h(?:a)?emoglobin|leu[kc]ocyte|white blood|\bWBC\b|"
    r"performance status|\bscore\b|QTc|\bBMI\b|blood pressure|heart rate|saturation|oximetry|lung function|urine protein|\bBUN\b|glucose|"
    r"HbA1c|\bFVC\b|\bPEF|ejection fraction|clearance|eGFR|LVEF|albumin|\bACQ\b|\bACT\b|SCORAD|EASI|\bUAS7?\b|\bTPS\b|\bCPS\b))"
    r"(?![^≥≤<>=]*\b(?:histor\w+|allerg\w+|confirmed|known|which|criteria|dermatitis|improvement|recovery|proof|evidence|reduced|decreas\w+|increas\w+|elevated|raised|hyperreact\w+|"
    r"abnormal\w*|clinically|show\w*|demonstrat\w+|either|after|within|before|normal limits|documented|exposure|responsiveness|result|"
    r"apgar|measured|more than|with|who|change|unless|drugs?|medicines?|medications?|transfusions?|infusions?|engraftment|readings|lowering)\b)[^≥≤<>=,;:]{2,70}?)"
    r"(?: (?:of|is|are|was|were))? ?(?P<limit>(?:≥|≤|>|<|=|at least|at most|more than|less than|greater than|lower than|higher than|below|above|between|outside(?: of)?) ?(?!of\b|at least\b|more than\b)[^,;:]*)$",
    re.IGNORECASE,
)
BREASTFEEDING = re.compile(
    r"^(?P<state>(?:currently )?(?:lactating|nursing|breast-?feeding))(?: (?:females?|wom[ae]n|patients?|participants?|subjects?))?$",
    re.IGNORECASE,
)
#: How a person is: a word that opens the rule and stands for no noun behind it.
BEING = re.compile(
    r"^(?P<state>(?:(?:known (?:to be )?)?(?:HIV|HBsAg|HCV|hepatitis [BC]|anti-HCV|seropositive|HBV)[- ](?:sero)?(?:positive|negative)(?=$|,| or)"
    r"|(?:older|younger) than \d|allergic (?:to|against)\b|(?:symptomatic|asymptomatic|sensiti[sz]ed) (?:to|and|with)\b"
    r"|postmenopausal (?:or|for)\b|surgically sterile\b|(?:non-?smoking|smoking)$|(?:over|under) \d+ (?:years|months) (?:old|of age)"
    r"|(?:eligible|ineligible|unsuitable|unfit|suitable|fit) (?:for|to)\b|available for\b|naive to\b|competent to\b"
    r"|in good (?:general |overall |physical )*health\b|generally healthy$|in remission\b|under (?:guardianship|tutelage|curatorship)\b"
    r"|of (?:legal age|either sex)\b|expecting to\b|refusing to\b|(?:otherwise )?(?:medically |generally )?healthy(?=$|,? and (?:able|willing))|"
    r"mentally competent(?=$|,| and| to)|(?:english|dutch|french|german|spanish|italian|swedish|danish)[- ]speaking(?=$|,| and)|"
    r"(?:≥|>|at least|more than) ?\d+ years(?: of age| old)?(?=,? (?:and (?:able|willing)|willing|able|at the time|at (?:screening|enrol|baseline))|$)|"
    r"between (?:the )?ages?\b|between \d+ (?:and|to) \d+ years\b|aged (?:less|more|at|under|over|between|from)\b|"
    r"(?:receiving|undergoing|taking|using|having) (?!.*\b(?:their|his|her|within|last|past|previous|prior|before)\b)|hypersensitive to\b|intolerant (?:to|of)\b).*)$",
    re.IGNORECASE,
)
#: What the rule asks of a person, said as a noun or a bare verb.
WILLED: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"^{form} (?P<rest>.+)$", re.IGNORECASE), said)
    for form, said in (
        ("(?:an )?agreement to(?!.*\\bby\\b)", "You agree to"),
        ("(?:any )?(?:plans?|intention) to", "You plan to"),
        ("refus(?:al|e) to(?!.*\\bby\\b)", "You refuse to"),
        ("(?:the )?(?:inability|incapacity) to", "You are unable to"),
        ("requir(?:es?|ing)", "You require"),
        ("need(?:s|ing)?(?! for| of| to)", "You need"),
        ("suffers? from", "You suffer from"),
    )
)
SINCE = re.compile(
    r"^(?P<time>(?:at least |a minimum of |minimum of |more than |less than |≥ ?|> ?|< ?)(?:\d+|one|two|three|four|six|eight|twelve)(?: \(\d+\))?[ -](?:hours?|days?|weeks?|months?|years?) "
    r"(?:after|since|from|post) .*)$",
    re.IGNORECASE,
)
AT_LEAST = re.compile(
    r"^(?P<thing>(?:at least|more than|minimum of|a minimum of|≥|>) ?(?:one|two|three|four|1|2|3|4|a single) "
    r"(?:[\w'/-]+ ){0,5}?(?:tests?|lesions?|symptoms?|episodes?|exacerbations?|attacks?|flares?|hospitali[sz]ations?|courses?|"
    r"reactions?|results?|bursts?|visits?|measurements?|allerg(?:y|ies)|prior lines?|lines?|stays?|sites?|tumou?rs?)\b.*)$",
    re.IGNORECASE,
)
AGE = re.compile(
    r"^(?:(?:patient|subject|participant)(?:'s|s')? )?age(?: (?:of|is|at (?:entry|enrol+ment|screening|inclusion|baseline|the time of \w+))|:)? (?P<limit>(?:outside|above|below|under|over|older|younger|within|in|range|"
    r"between|from|at least|less than|more than|greater than|≥|>|≤|<|\d)(?!.*\b(?:sex|gender|race|both|either|(?:fe)?males?|regardless|wom[ae]n|men)\b).*)$",
    re.IGNORECASE,
)
#: A later part that wants a verb of its own, or is said of somebody else.
OF_ANOTHER_KIND = re.compile(
    r"(?:,|\b(?:or|and|and/or)\b)\s*(?:(?:a|an|the|any|known|current|concurrent|prior|previous|other|currently|"
    r"is|are|systemic|recent|concomitant|ongoing|active|chronic|regular|past)\s+)*"
    r"(?:use|usage|intake|consumption|pregnan\w+|breast\w*|lactat\w+|nursing|unable|inability|unwilling\w*|willing\w*|able|taking|"
    r"receiving|received|planning|intending|intention|wishing|participation|participating|patients?|subjects?|"
    r"participants?|smok\w+|being|having|has|have|had|planned|undergoing|aged|medications?|medicines?|drugs?|refus\w+|"
    r"those|no|not|receipt|administration|anticipat\w+|if|when|who|lack|absence|men|women|males?|females?|children|"
    r"steroids?|corticosteroids?|antihistamines?|antibiotics?|immunosuppress\w+|agents?)\b",
    re.IGNORECASE,
)
CARE_BESIDE = re.compile(
    r"(?:,|\b(?:or|and|and/or)\b)\s*(?:(?:a|an|the|any|known|current|concurrent|prior|previous|other|systemic|recent|ongoing|major|"
    r"concomitant|past|planned)\s+)*(?:treatment|therapy|surgery|hospitali\w+|exposure|vaccin\w+|transfusion|immunotherapy|chemotherapy|"
    r"radiotherapy|procedures?)\b",
    re.IGNORECASE,
)
AS_VIEWED = re.compile(
    r",? (?:in|at) the (?:opinion|judge?ment|view|discretion) of (?:the |an )?[\w ]{0,30}?investigators?,?|"
    r",? in the (?:\w+ )?investigator\W?s?\W? (?:opinion|judge?ment|view),?",
    re.IGNORECASE,
)
PAST = re.compile(
    r"\b(?:within|in the (?:past|last|previous|preceding)|during the (?:past|last|previous|preceding)|"
    r"(?:weeks?|days?|months?|years?|hours?)\s+(?:prior|before|preceding|of (?:the )?(?:first|screening|baseline|enrol|randomi))|"
    r"(?:prior to|before) (?:the )?(?:study|screening|enrol\w+|randomi[sz]ation|baseline|inclusion|entry|first))\b",
    re.IGNORECASE,
)
#: Another time, of which it is not known whether it is over.
OTHER_TIME = re.compile(
    r"\b(?:before|prior|after|since|ago|earlier|previously|in (?:19|20)\d\d|childhood|infancy|age of|completed|finished|next|final|end of|each|"
    r"following|last (?:study )?(?:dose|visit)|during|until|while)\b",
    re.IGNORECASE,
)
#: What says itself that it is now.
ONGOING = re.compile(
    r"\b(?:current|currently|ongoing|now|concurrent|concomitant|chronic|regular|active|maintenance|long-term|continuous|daily|continued)\b",
    re.IGNORECASE,
)
NOT_OVER = re.compile(
    r"\b(?:planned|anticipated|scheduled|expected|current|currently|now|at present|ongoing|during the (?:study|trial)|after|next|final|end|each|last (?:study )?(?:dose|visit)|any (?:visit|challenge|dose)|future|upcoming|"
    r"need|requirement|plans?|throughout)\b",
    re.IGNORECASE,
)
SEVERAL = re.compile(r"[,;]|\b(?:or|and|and/or)\b")
#: What happens and is over.
EVENT = re.compile(
    r"(?:reaction|exacerbation|episode|attack|infection|injur|fracture|stroke|seizure|test|result|culture|transplant|relapse|flare|"
    r"bleeding|anaphylaxis|fever)",
    re.IGNORECASE,
)
#: What ends a rule of another form: a verb in the past, a heading, a test's answer as an adjective.
NO_THING = re.compile(
    r"\b(?:occurred|failure to|suggests?|shows?|indicates?|before or after|pregnancy of)\b|:|"
    r"\b(?:allowed|permitted|acceptable|prohibited|excluded|eligible|ineligible)$|\bnot (?:available|possible|documented|indicated|given|known)\b|"
    r"^(?:the )?use of .*\bby (?!mouth\b)|\b(?:stopped|discontinued|withdrawn)\b|\bto be\b|"
    r"^(?:getting|being|planning|participating|presence or|completed|received|failed|progressed|treated|diagnosed (?:with|by|as)|accepted)\b|"
    r"\b(?:for|in) (?:all |any |the )?(?:[\w-]+ ){0,2}?(?:(?:fe)?males?|wom[ae]n|men|participants|patients|subjects|children|adults)\b|"
    r"\b(?:or|and) [\w-]+(?: [\w-]+)? (?:positive|negative)\b|\b(?:or|and)$",
    re.IGNORECASE,
)
DETERMINED = re.compile(
    r"(?:any|the|an?|all|some|other|no|more|multiple|several|one|two|three|both|at least|more than|known other|\d)\b",
    re.IGNORECASE,
)
#: Heads that are counted: one of them wants an article.
COUNTED = re.compile(
    r"(?:condition|disorder|problem|infection|abnormality|result|finding|test|culture|diagnosis|allergy|intolerance|"
    r"contraindication|tumou?r|lesion|reaction|response|exacerbation|episode|attack|relapse|recurrence|disability|impairment|"
    r"defect|deformity|malformation|anomaly|mutation|deficiency|ulcer|wound|fracture|injury|stroke|seizure|"
    r"history|prognosis|transplant|implant|device|pacemaker|syndrome|complication|carcinoma|sarcoma|neoplasm|need|requirement|"
    r"commitment|obligation|indication|factor|procedure|operation|vaccination|transfusion|vaccine|visit|stay|"
    r"injection|infusion|biopsy|side effect|screen|pregnancy|symptom|status|specimen|sample|phenotype|rash|ECG|electrocardiogram|EKG|x-?ray|scan|"
    r"resection|plan|value|sign|hospitali[sz]ation|admission)$",
    re.IGNORECASE,
)
TAKES_NONE = re.compile(r"(?:intravenous|IV|oral) (?:access)|weight loss", re.IGNORECASE)
NOT_TAKEN = re.compile(
    r"\b(?:ab|mis)use\b|\baddict\w+|\bdependence|\bdosing\b|\bdoses? of\b|\btests?\b|"
    r"^[^,]*\b(?:using|getting|receiving|taking|requiring|needing)\b",
    re.IGNORECASE,
)
#: What is given again and again, so that "you get" it.
GIVEN = re.compile(
    r"(?:treatments?|therap(?:y|ies)|immunotherapy|chemotherapy|phototherapy|dialysis)$",
    re.IGNORECASE,
)
#: What is over, is to come, or may be either.
TO_COME = re.compile(
    r"\b(?:planned|anticipated|scheduled|expected|need\w*|past|previous|prior|finished|unless|indication)\b",
    re.IGNORECASE,
)
#: What a person has, before what a person is given: "cancer or treatment of cancer".
HAS_BEFORE = re.compile(
    r"^[^,;]*\b(?:cancers?|diseases?|disorders?|infections?|conditions?|tumou?rs?|malignanc\w+|illness\w*|histor\w+|allerg\w+|"
    r"symptoms?|reactions?),? (?:or|and|and/or)\b|^(?:receiving|undergoing|taking|using|having|requiring|needing)\b",
    re.IGNORECASE,
)
#: What a person has, behind what a person uses: "use of insulin, or diabetes".
HAS_BEHIND = re.compile(
    r"(?:,|\b(?:or|and)\b) (?:[\w-]+ ){0,2}?(?:diabetes|disease|disorder|cancer|infection|condition|asthma|illness|histor\w+|allergy)\b",
    re.IGNORECASE,
)
#: Care that may as well be over: it wants a word that says it is now.
ONCE = re.compile(
    r"(?:chemotherapy|radiotherapy|chemoradiotherapy|immunotherapy|radiation)$", re.IGNORECASE
)
