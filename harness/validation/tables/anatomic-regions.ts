/**
 * Anatomic regions: the terms of Body Part Examined (PS3.16 Annex L) with their codes of CID 4, as SNOMED CT and as the older
 * SNOMED-RT identifier that many systems still write; then the further codes of CID 4.
 */

export interface Region {
  name: string;
  /** SNOMED CT codes, present and former, and SNOMED-RT identifiers of one and the same region. */
  codes: readonly string[];
  /** Defined term of Body Part Examined (0018,0015). */
  term?: string;
}

/** Term, meaning, codes. */
const COMMON: readonly (readonly [string, string, ...string[]])[] = [
  ['ABDOMEN', 'Abdomen', '818981001', 'T-D4000', '113345001'],
  ['ABDOMENPELVIS', 'Abdomen and Pelvis', '818982008', 'R-FAB57', '416949008'],
  ['ANKLE', 'Ankle joint', '70258002', 'T-15750'],
  ['BLADDER', 'Bladder', '89837001', 'T-74000'],
  ['BREAST', 'Breast', '76752008', 'T-04000'],
  ['BRONCHUS', 'Bronchus', '955009', 'T-26000'],
  ['BRAIN', 'Brain', '12738006', 'T-A0100'],
  ['CALCANEUS', 'Calcaneus', '80144004', 'T-12770'],
  ['CSPINE', 'Cervical spine', '122494005', 'T-11501'],
  ['CTSPINE', 'Cervico-thoracic spine', '297171002', 'T-D00F7'],
  ['CHEST', 'Chest', '43799004', 'T-D3000', '51185008', '816094009'],
  ['CHESTABDOMEN', 'Chest and Abdomen', '416550000', 'R-FAB55'],
  ['CHESTABDPELVIS', 'Chest, Abdomen and Pelvis', '416775004', 'R-FAB56'],
  ['CLAVICLE', 'Clavicle', '51299004', 'T-12310'],
  ['COCCYX', 'Coccyx', '64688005', 'T-11BF0'],
  ['COLON', 'Colon', '71854001', 'T-59300'],
  ['DUODENUM', 'Duodenum', '38848004', 'T-58200'],
  ['EAR', 'Ear', '117590005'],
  ['ELBOW', 'Elbow joint', '16953009', 'T-15430'],
  ['WHOLEBODY', 'Entire body', '38266002', 'T-D0010'],
  ['ESOPHAGUS', 'Esophagus', '32849002', 'T-56000'],
  ['EXTREMITY', 'Extremity', '66019005', 'T-D0300'],
  ['EYE', 'Eye', '81745001', 'T-AA000'],
  ['FACE', 'Face', '89545001', 'T-D1200'],
  ['FEMUR', 'Femur', '71341001', 'T-12710'],
  ['FINGER', 'Finger', '7569003', 'T-D8800'],
  ['FOOT', 'Foot', '56459004', 'T-D9700'],
  ['GALLBLADDER', 'Gallbladder', '28231008', 'T-63000'],
  ['HAND', 'Hand', '85562004', 'T-D8700'],
  ['HEAD', 'Head', '69536005', 'T-D1100'],
  ['HEADNECK', 'Head and Neck', '774007', 'T-D1000'],
  ['HEART', 'Heart', '80891009', 'T-32000'],
  ['HIP', 'Hip joint', '24136001', 'T-15710'],
  ['HUMERUS', 'Humerus', '85050009', 'T-12410'],
  ['ILEUM', 'Ileum', '34516001', 'T-58600'],
  ['ILIUM', 'Ilium', '22356005', 'T-12340'],
  ['IAC', 'Internal auditory canal', '361078006', 'T-AB959'],
  ['JAW', 'Jaw region', '661005', 'T-D1213'],
  ['JEJUNUM', 'Jejunum', '21306003', 'T-58400'],
  ['KIDNEY', 'Kidney', '64033007', 'T-71000'],
  ['KNEE', 'Knee', '72696002', 'T-D9200'],
  ['LARYNX', 'Larynx', '4596009', 'T-24100'],
  ['LEG', 'Lower leg', '30021000', 'T-D9400'],
  ['LIVER', 'Liver', '10200004', 'T-62000'],
  ['LSPINE', 'Lumbar spine', '122496007', 'T-11503'],
  ['LSSPINE', 'Lumbo-sacral spine', '297173004', 'T-D00F9'],
  ['LUNG', 'Lung', '39607008', 'T-28000'],
  ['MAXILLA', 'Maxilla', '70925003', 'T-11170'],
  ['MEDIASTINUM', 'Mediastinum', '72410000', 'T-D3300'],
  ['NECK', 'Neck', '45048000', 'T-D1600'],
  ['NECKCHEST', 'Neck and Chest', '417437006', 'R-FAB52'],
  ['NECKCHESTABDOMEN', 'Neck, Chest and Abdomen', '416152001', 'R-FAB53'],
  ['NECKCHESTABDPELV', 'Neck, Chest, Abdomen and Pelvis', '416319003', 'R-FAB54'],
  ['NOSE', 'Nose', '45206002'],
  ['ORBIT', 'Orbital structure', '363654007', 'T-D14AE'],
  ['PANCREAS', 'Pancreas', '15776009', 'T-65000'],
  ['PAROTID', 'Parotid gland', '45289007', 'T-61100'],
  ['PATELLA', 'Patella', '64234005', 'T-12730'],
  ['PELVIS', 'Pelvis', '816092008', 'T-D6000', '12921003'],
  ['PROSTATE', 'Prostate', '41216001', 'T-9200B'],
  ['RECTUM', 'Rectum', '34402009', 'T-59600'],
  ['RIB', 'Rib', '113197003', 'T-11300'],
  ['SSPINE', 'Sacrum', '54735007', 'T-11AD0'],
  ['SCAPULA', 'Scapula', '79601000', 'T-12280'],
  ['SHOULDER', 'Shoulder', '16982005', 'T-D2220'],
  ['SKULL', 'Skull', '89546000', 'T-11100'],
  ['SPINE', 'Spine', '421060004', 'T-D04FF', 'T-D0146'],
  ['SPLEEN', 'Spleen', '78961009', 'T-C3000'],
  ['STERNUM', 'Sternum', '56873002', 'T-11210'],
  ['STOMACH', 'Stomach', '69695003', 'T-57000'],
  ['SUBMANDIBULAR', 'Submandibular gland', '54019009', 'T-61300'],
  ['TMJ', 'Temporomandibular joint', '53620006', 'T-15290'],
  ['THIGH', 'Thigh', '68367000', 'T-D9100'],
  ['TSPINE', 'Thoracic spine', '122495006', 'T-11502'],
  ['TLSPINE', 'Thoraco-lumbar spine', '297172009', 'T-D00F8'],
  ['THUMB', 'Thumb', '76505004', 'T-D8810'],
  ['THYROID', 'Thyroid', '69748006', 'T-B6000'],
  ['TOE', 'Toe', '29707007', 'T-D9800'],
  ['TRACHEA', 'Trachea', '44567001', 'T-25000'],
  ['ARM', 'Upper arm', '40983000', 'T-D8200'],
  ['URETER', 'Ureter', '87953007', 'T-73000'],
  ['URETHRA', 'Urethra', '13648007', 'T-75000'],
  ['UTERUS', 'Uterus', '35039007', 'T-83000'],
  ['WRIST', 'Wrist joint', '74670003', 'T-15460'],
  ['ZYGOMA', 'Zygoma', '13881006', 'T-11166'],
  ['FOREARM', 'Forearm', '14975008', 'T-D8500'],
  ['UPPERLIMB', 'Upper limb', '53120007', 'T-D8000'],
  ['LOWERLIMB', 'Lower limb', '61685007', 'T-D9000'],
];

/** A region that is a whole of others: whoever has images of all the parts may name the whole. */
const WHOLES: Readonly<Record<string, readonly string[]>> = {
  ABDOMENPELVIS: ['ABDOMEN', 'PELVIS'],
  CHESTABDOMEN: ['CHEST', 'ABDOMEN'],
  CHESTABDPELVIS: ['CHEST', 'ABDOMEN', 'PELVIS'],
  HEADNECK: ['HEAD', 'NECK'],
  NECKCHEST: ['NECK', 'CHEST'],
  NECKCHESTABDOMEN: ['NECK', 'CHEST', 'ABDOMEN'],
  NECKCHESTABDPELV: ['NECK', 'CHEST', 'ABDOMEN', 'PELVIS'],
  CTSPINE: ['CSPINE', 'TSPINE'],
  TLSPINE: ['TSPINE', 'LSPINE'],
  LSSPINE: ['LSPINE', 'SSPINE'],
};

/** Further codes of CID 4: SNOMED CT code, meaning. */
const FURTHER: readonly (readonly [string, string])[] = [
  ['7832008', 'Abdominal aorta'], ['85856004', 'Acromioclavicular joint'], ['23451007', 'Adrenal gland'], ['77012006', 'Amniotic fluid'],
  ['128553008', 'Antecubital vein'], ['194996006', 'Anterior cardiac vein'], ['60176003', 'Anterior cerebral artery'],
  ['8012006', 'Anterior communicating artery'], ['17388009', 'Anterior spinal artery'], ['68053000', 'Anterior tibial artery'],
  ['110612005', 'Anus, rectum and sigmoid colon'], ['15825003', 'Aorta'], ['57034009', 'Aortic arch'], ['66754008', 'Appendix'],
  ['51114001', 'Artery'], ['54247002', 'Ascending aorta'], ['9040008', 'Ascending colon'], ['91470000', 'Axilla'],
  ['67937003', 'Axillary Artery'], ['68705008', 'Axillary vein'], ['72107004', 'Azygos vein'], ['77568009', 'Back'],
  ['59011009', 'Basilar artery'], ['28273000', 'Bile duct'], ['34707002', 'Biliary tract'], ['110837003', 'Bladder and urethra'],
  ['17137000', 'Brachial artery'], ['20115005', 'Brachial vein'], ['46862004', 'Buttock'], ['53840002', 'Calf of leg'],
  ['69105007', 'Carotid Artery'], ['21479005', 'Carotid bulb'], ['57850000', 'Celiac artery'], ['20699002', 'Cephalic vein'],
  ['113305005', 'Cerebellum'], ['88556005', 'Cerebral artery'], ['372073000', 'Cerebral hemisphere'], ['71252005', 'Cervix'],
  ['60819002', 'Cheek'], ['80621003', 'Choroid plexus'], ['11279006', 'Circle of Willis'], ['79741001', 'Common bile duct'],
  ['32062004', 'Common carotid artery'], ['181347005', 'Common femoral artery'], ['397363009', 'Common femoral vein'],
  ['73634005', 'Common iliac artery'], ['46027005', 'Common iliac vein'], ['28726007', 'Cornea'], ['41801008', 'Coronary artery'],
  ['90219004', 'Coronary sinus'], ['32672002', 'Descending aorta'], ['32622004', 'Descending colon'], ['2739003', 'Endometrium'],
  ['53342003', 'Endo-nasal'], ['18962004', 'Endo-nasopharyngeal'], ['76784001', 'Endo-vaginal'], ['59820001', 'Endo-vascular'],
  ['29092000', 'Endo-venous'], ['48367006', 'Endo-vesical'], ['87644002', 'Epididymis'], ['27947004', 'Epigastric region'],
  ['84301002', 'External auditory canal'], ['22286001', 'External carotid artery'], ['113269004', 'External iliac artery'],
  ['63507001', 'External iliac vein'], ['71585003', 'External jugular vein'], ['80243003', 'Eyelid'], ['23074001', 'Facial artery'],
  ['7657000', 'Femoral artery'], ['83419000', 'Femoral vein'], ['87342007', 'Fibula'], ['58602004', 'Flank'],
  ['79361005', 'Fontanel of skull'], ['35918002', 'Fourth ventricle'], ['110568007', 'Gastric vein'], ['128559007', 'Genicular artery'],
  ['300571009', 'Gestational sac'], ['60734001', 'Great saphenous vein'], ['76015000', 'Hepatic artery'], ['8993003', 'Hepatic vein'],
  ['11708003', 'Hypogastric region'], ['81502006', 'Hypopharynx'], ['10293006', 'Iliac artery'], ['244411005', 'Iliac vein'],
  ['33795007', 'Inferior mesenteric artery'], ['64131007', 'Inferior vena cava'], ['26893007', 'Inguinal region'],
  ['12691009', 'Innominate artery'], ['8887007', 'Innominate vein'], ['86117002', 'Internal carotid artery'],
  ['90024005', 'Internal iliac artery'], ['12123001', 'Internal jugular vein'], ['69327007', 'Internal mammary artery'],
  ['1101003', 'Intracranial'], ['39352004', 'Joint'], ['59749000', 'Lacrimal artery'], ['14742008', 'Large intestine'],
  ['66720007', 'Lateral Ventricle'], ['82471001', 'Left atrium'], ['113270003', 'Left femoral artery'], ['273202007', 'Left hepatic vein'],
  ['133945003', 'Left hypochondriac region'], ['85119005', 'Left inguinal region'], ['68505006', 'Left lower quadrant of abdomen'],
  ['133943005', 'Left lumbar region'], ['70253006', 'Left portal vein'], ['50408007', 'Left pulmonary artery'],
  ['86367003', 'Left upper quadrant of abdomen'], ['87878005', 'Left ventricle'], ['113264009', 'Lingual artery'],
  ['34635009', 'Lumbar artery'], ['52612000', 'Lumbar region'], ['91747007', 'Lumen of blood vessel'], ['59066005', 'Mastoid bone'],
  ['86570000', 'Mesenteric artery'], ['128583004', 'Mesenteric vein'], ['17232002', 'Middle cerebral artery'],
  ['273099000', 'Middle hepatic vein'], ['243977002', 'Morisons pouch'], ['123851003', 'Mouth'], ['360955006', 'Nasopharynx'],
  ['31145008', 'Occipital artery'], ['32114007', 'Occipital vein'], ['53549008', 'Ophthalmic artery'], ['55024004', 'Optic canal'],
  ['15497006', 'Ovary'], ['69930009', 'Pancreatic duct'], ['110621006', 'Pancreatic duct and bile duct systems'],
  ['91691001', 'Parasternal'], ['111002', 'Parathyroid'], ['282044005', 'Penile artery'], ['18911002', 'Penis'], ['38864007', 'Perineum'],
  ['8821006', 'Peroneal artery'], ['54066008', 'Pharynx'], ['312535008', 'Pharynx and larynx'], ['78067005', 'Placenta'],
  ['43899006', 'Popliteal artery'], ['32361000', 'Popliteal fossa'], ['56849005', 'Popliteal vein'], ['32764006', 'Portal vein'],
  ['70382005', 'Posterior cerebral artery'], ['43119007', 'Posterior communicating artery'], ['13363002', 'Posterior tibial artery'],
  ['31677005', 'Profunda femoris artery'], ['23438002', 'Profunda femoris vein'], ['81040000', 'Pulmonary artery'],
  ['122972007', 'Pulmonary vein'], ['45631007', 'Radial artery'], ['62413002', 'Radius'], ['110535000', 'Radius and ulna'],
  ['53843000', 'Rectouterine pouch'], ['2841007', 'Renal artery'], ['56400007', 'Renal vein'], ['82849001', 'Retroperitoneum'],
  ['73829009', 'Right atrium'], ['69833005', 'Right femoral artery'], ['272998002', 'Right hepatic vein'],
  ['133946002', 'Right hypochondriac region'], ['37117007', 'Right inguinal region'], ['48544008', 'Right lower quadrant of abdomen'],
  ['133944004', 'Right lumbar region'], ['73931004', 'Right portal vein'], ['78480002', 'Right pulmonary artery'],
  ['50519007', 'Right upper quadrant of abdomen'], ['53085002', 'Right ventricle'], ['39723000', 'Sacroiliac joint'],
  ['128587003', 'Saphenofemoral junction'], ['362072009', 'Saphenous vein'], ['41695006', 'Scalp'], ['18619003', 'Sclera'],
  ['20233005', 'Scrotum'], ['42575006', 'Sella turcica'], ['64739004', 'Seminal vesicle'], ['58742003', 'Sesamoid bones of foot'],
  ['60184004', 'Sigmoid colon'], ['30315005', 'Small intestine'], ['2748008', 'Spinal cord'], ['22083002', 'Splenic artery'],
  ['35819009', 'Splenic vein'], ['7844006', 'Sternoclavicular joint'], ['36765005', 'Subclavian artery'], ['9454009', 'Subclavian vein'],
  ['19695001', 'Subcostal'], ['181349008', 'Superficial femoral artery'], ['397364003', 'Superficial femoral vein'],
  ['43863001', 'Superior left pulmonary vein'], ['42258001', 'Superior mesenteric artery'], ['8629005', 'Superior right pulmonary vein'],
  ['72021004', 'Superior thyroid artery'], ['48345005', 'Superior vena cava'], ['77621008', 'Supraclavicular region of neck'],
  ['40689003', 'Testis'], ['42695009', 'Thalamus'], ['49841001', 'Third ventricle'], ['113262008', 'Thoracic aorta'],
  ['9875009', 'Thymus'], ['12611008', 'Tibia'], ['110536004', 'Tibia and fibula'], ['21974007', 'Tongue'],
  ['110726009', 'Trachea and bronchus'], ['485005', 'Transverse colon'], ['23416004', 'Ulna'], ['44984001', 'Ulnar artery'],
  ['50536004', 'Umbilical artery'], ['90290004', 'Umbilical region'], ['284639000', 'Umbilical vein'],
  ['431491007', 'Upper urinary tract'], ['85234005', 'Vertebral artery'], ['45292006', 'Vulva'],
];

const regions: readonly Region[] = [
  ...COMMON.map(([term, name, ...codes]) => ({ term, name, codes })),
  ...FURTHER.map(([code, name]) => ({ name, codes: [code] })),
];
const byCode = new Map(regions.flatMap((region) => region.codes.map((code) => [code, region] as const)));
const byTerm = new Map(regions.flatMap((region) => (region.term === undefined ? [] : [[region.term, region] as const])));

/** The region of CID 4 that a SNOMED CT or SNOMED-RT code means. */
export const regionOfCode = (code: string): Region | undefined => byCode.get(code);

/** The region that a value of Body Part Examined means; undefined where it is no defined term of Annex L. */
export const regionOfBodyPart = (term: string): Region | undefined => byTerm.get(term.trim().toUpperCase());

/** The parts of a region that is a whole of others, such as Chest and Abdomen. */
export const partsOfRegion = (region: Region): Region[] =>
  (WHOLES[region.term ?? ''] ?? []).flatMap((term) => byTerm.get(term) ?? []);
